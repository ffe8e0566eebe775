import type { DemoCity } from '../graphql/demo/populate.ts';
import type { RunningServer } from '../graphql/main.ts';
import { connectStranger } from '../simulators/connectStranger.ts';
import { demoBridge } from '../simulators/demoBridge/demoBridge.ts';
import { startTraffic, type TrafficHome } from '../simulators/traffic/traffic.ts';

/** Homes of the city that report, beside the demo home. */
const REPORTING_HOMES = 20;
const MESSAGES_PER_SECOND = 5;

/** What the demo home's bridge and some homes of the city send, over the network as strangers do. */
export async function demoTraffic(server: RunningServer, city: DemoCity): Promise<{ stop(): Promise<void> }> {
  const { listing, devices } = demoBridge();
  const bridge = await connectStranger({ url: server.mqtt, name: 'simulated-bridge' });
  await bridge.publishAsync('zigbee2mqtt/bridge/devices', listing, { qos: 1, retain: true });
  const demoHome: TrafficHome = { id: 'demo', token: null, devices };
  const traffic = startTraffic({
    url: server.mqtt,
    // The demo home stands several times in the list, so that it is seen to live.
    homes: [demoHome, demoHome, demoHome, demoHome, ...reportingHomes(server, city)],
    rate: MESSAGES_PER_SECOND,
    seed: 1,
  });
  return {
    async stop() {
      await Promise.all([traffic.stop(), bridge.endAsync()]);
    },
  };
}

/** The last homes of the city, so that nobody who tries the first ones is disturbed. */
function reportingHomes(server: RunningServer, city: DemoCity): TrafficHome[] {
  return Array.from({ length: REPORTING_HOMES }, (_, index) => {
    const changes = city.home(city.size - 1 - index);
    const devices = changes.flatMap((change) => (change.kind === 'device_registered' ? [change.device] : []));
    const id = changes.find((change) => change.kind === 'home_added')!.home.id;
    return { id, token: server.deviceToken(id), devices: devices.map(({ name, model }) => ({ name, model })) };
  });
}
