import { isHomeAssistantModel } from '../devices/homeAssistant.ts';
import { HOME_ASSISTANT_BASE } from './homeAssistant.ts';

/** The topic below its home on which a device takes commands, in the dialect that it speaks. */
export function commandTopic({ name, address, model }: CommandTarget): string {
  if (isHomeAssistantModel(model)) return `${HOME_ASSISTANT_BASE}${address.replace('.', '/')}/set`;
  return `zigbee2mqtt/${name}/set`;
}

type CommandTarget = { readonly name: string; readonly address: string; readonly model: string };
