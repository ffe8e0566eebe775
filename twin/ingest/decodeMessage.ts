import type { BusMessage } from '../MessageBus.ts';
import type { HomeDevices } from './HomeDevices.ts';
import { decodeHomeAssistant, HOME_ASSISTANT_BASE } from './homeAssistant.ts';
import type { Decoded } from './IngestEvent.ts';
import { decodeZigbee2mqtt } from './zigbee2mqtt.ts';

/** Decodes one message of a home in the dialect that its topic begins with. Never throws. */
export function decodeMessage(message: Omit<BusMessage, 'duplicate'>, home: HomeDevices): Decoded {
  const decode = message.topic.startsWith(HOME_ASSISTANT_BASE) ? decodeHomeAssistant : decodeZigbee2mqtt;
  return decode(message, home);
}
