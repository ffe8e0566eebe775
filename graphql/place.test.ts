import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { repositoryPolicies, TestWorld } from './testWorld.ts';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

const SHOWN = 'latitude longitude timeZone';
const place = (account: string, latitude: number, timeZone = 'Europe/Oslo') =>
  ask(
    account,
    `mutation { placeHome(home: "demo", latitude: ${latitude}, longitude: 18.9553, timeZone: "${timeZone}") { ${SHOWN} } }`,
  );
const placeFor = async (account: string) => {
  const { data } = await ask(account, `{ home(id: "demo") { place { ${SHOWN} } } }`);
  return (data as unknown as { readonly home: { readonly place: unknown } }).home.place;
};

it('a resident says where the home stands, to a kilometre, and it is written down', async () => {
  const tromso = { latitude: 69.65, longitude: 18.96, timeZone: 'Europe/Oslo' };
  expect((await place('resident', 69.6492)).data).toEqual({ placeHome: tromso });
  expect(await placeFor('resident')).toEqual(tromso);
  expect(world.graph.home('demo').place).toEqual(tromso);
  expect(world.audit).toContainEqual({
    kind: 'household',
    subject: 'resident',
    home: 'demo',
    type: 'home_place',
    id: 'demo',
    event: 'set',
  });
});

it('stands where its area does while nobody says otherwise', async () => {
  expect(await placeFor('resident')).toEqual({ latitude: 31.23, longitude: 121.47, timeZone: 'Asia/Shanghai' });
});

it('nobody outside the home says where it stands', async () => {
  for (const account of ['community_officer', 'property_manager', 'city_officer']) {
    expect((await place(account, 10)).errors[0]?.extensions, account).toMatchObject({ code: 'access:denied' });
  }
  expect((await place('stranger', 10)).errors[0]?.extensions).toMatchObject({ code: 'twin:home.not_found' });
  expect(world.graph.home('demo').place).toBeNull();
});

it.each([
  [91, 'Europe/Oslo', '`91` is no latitude'],
  [10, 'Europe/Atlantis', '`Europe/Atlantis` is no time zone'],
  [10, '+08:00', '`+08:00` is no time zone'],
])('refuses a place at %s in %s', async (latitude, zone, message) => {
  const { errors } = await place('resident', latitude, zone);
  expect(errors[0]).toMatchObject({ message, extensions: { code: 'twin:place.invalid', hint: expect.any(String) } });
});
