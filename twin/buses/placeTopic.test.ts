import { describe, expect, it } from 'vitest';
import { foreignCode, matchesFilter, placeTopic } from './placeTopic.ts';

describe('placeTopic', () => {
  it('names the home and the topic below it', () => {
    expect(placeTopic('homes/h1/zigbee2mqtt/hall/lock', null)).toEqual({
      home: 'h1',
      topic: 'zigbee2mqtt/hall/lock',
      bare: false,
    });
  });

  it('gives the bare topics to the home that owns them, or to none', () => {
    expect(placeTopic('zigbee2mqtt/lamp', 'demo')).toEqual({ home: 'demo', topic: 'zigbee2mqtt/lamp', bare: true });
    expect(placeTopic('zigbee2mqtt/lamp', null)).toBeNull();
  });

  it.each([
    'homes',
    'homes/',
    'homes/h1',
    'homes/h1/',
    'homes//x',
    'homes/+/x',
    'homes/#',
    '#',
    '+/h1/x',
    '$SYS/x',
    'zigbee2mqtt/',
    '',
  ])('places `%s` in no home', (topic) => {
    expect(placeTopic(topic, 'demo')).toBeNull();
  });
});

describe('foreignCode', () => {
  it.each([
    'zigbee2mqtt/lamp/set',
    'zigbee2mqtt/hall/front_door_lock/set',
    'zigbee2mqtt/lamp/set/brightness',
    'zigbee2mqtt/lamp/left/get',
    'zigbee2mqtt/lamp/get/state',
  ])('takes `%s` for a command', (topic) => {
    expect(foreignCode(topic)).toBe('command.foreign');
  });

  it.each(['zigbee2mqtt/bridge/request/permit_join', 'zigbee2mqtt/bridge/request/device/rename'])(
    'takes `%s` for a request to the bridge',
    (topic) => {
      expect(foreignCode(topic)).toBe('request.foreign');
    },
  );

  it.each([
    'zigbee2mqtt/lamp',
    'zigbee2mqtt/set',
    'zigbee2mqtt/tv_set',
    'zigbee2mqtt/lamp/settings',
    'zigbee2mqtt/bridge/response/device/rename',
    'zigbee2mqtt/bridge/devices',
    'zigbee2mqtt/lamp/availability',
  ])('takes `%s` for a report', (topic) => {
    expect(foreignCode(topic)).toBeNull();
  });
});

describe('matchesFilter', () => {
  const matches = (filter: string, topic: string) => matchesFilter(filter.split('/'), topic.split('/'));

  it('follows the examples of MQTT 3.1.1, section 4.7.1', () => {
    expect(matches('sport/tennis/player1/#', 'sport/tennis/player1')).toBe(true);
    expect(matches('sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon')).toBe(true);
    expect(matches('sport/#', 'sport')).toBe(true);
    expect(matches('sport/tennis/+', 'sport/tennis/player1')).toBe(true);
    expect(matches('sport/tennis/+', 'sport/tennis/player1/ranking')).toBe(false);
    expect(matches('sport/+', 'sport')).toBe(false);
    expect(matches('sport/+', 'sport/')).toBe(true);
    expect(matches('+/+', '/finance')).toBe(true);
    expect(matches('/+', '/finance')).toBe(true);
    expect(matches('+', '/finance')).toBe(false);
  });
});
