import type { DeadLetter as StoredDeadLetter } from '../TwinStore.ts';

/** Why a message, or a part of one, was not taken in. */
export const DEAD_LETTER_CODES = [
  /** No dialect knows the topic. */
  'topic.unknown',
  'payload.too_large',
  /** Not UTF-8, or not JSON: cut off, `NaN`, trailing text. */
  'payload.not_json',
  'payload.not_object',
  /** A key stands twice: which of the two was meant cannot be known, so neither is taken. */
  'payload.duplicate_key',
  /** More was wrong with a message than is worth a letter each. */
  'payload.too_many_problems',
  'device.unknown',
  /** An entry of the list of devices that lacks an address or a name, or repeats one. */
  'device.malformed',
  /** The device is known, its model is in no catalogue. */
  'model.unknown',
  'property.unknown',
  /** A door code or password reported by a device: dropped unread. */
  'property.secret',
  'value.wrong_type',
  'value.out_of_range',
  'value.not_listed',
  'value.too_long',
  /** The source's clock is ahead of ours: the values count from when they came. */
  'time.future',
  'time.malformed',
  /** A `/set` or `/get` that did not come from Twinward. */
  'command.foreign',
  /** A request to the bridge that did not come from Twinward. */
  'request.foreign',
] as const;
export type DeadLetterCode = (typeof DEAD_LETTER_CODES)[number];

/** A message, or a part of one, that was not taken in. Its detail says what is wrong and copies no text of the message. */
export type DeadLetter = StoredDeadLetter & { readonly code: DeadLetterCode };
