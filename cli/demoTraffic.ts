import type { RunningServer } from '../graphql/main.ts';
import { connectStranger } from '../simulators/connectStranger.ts';
import { demoBridge } from '../simulators/demoBridge/demoBridge.ts';

/** What the demo home's bridge and some homes of the city send, over the network as strangers do. */
export async function demoTraffic(server: RunningServer): Promise<{ stop(): Promise<void> }> {
  const { listing } = demoBridge();
  const bridge = await connectStranger({ url: server.mqtt, name: 'simulated-bridge' });
  await bridge.publishAsync('zigbee2mqtt/bridge/devices', listing, { qos: 1, retain: true });
  return {
    async stop() {
      await bridge.endAsync();
    },
  };
}
