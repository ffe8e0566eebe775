import { refused } from '../../engine/bundle/parseBundle.ts';
import type { CodedError } from '../../twin/CodedError.ts';

/** Why nothing of a folder is believed whose records are older than its keys remember. */
export function setBackBefore(records: number): CodedError {
  const why = `the data were set back: the keys remember more than the ${records} activations that are here`;
  return refused('set_back', why, 'activate a bundle, so that two people say what decides now');
}
