/** A broker that keeps nothing, with one subscriber at QoS 1 that takes all: what ingest is measured against. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

const broker = await Aedes.createBroker({ concurrency: 0 });
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as { port: number };
const subscriber = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
await subscriber.subscribeAsync('#', { qos: 1 });
process.send?.({ port });
