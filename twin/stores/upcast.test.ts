import { expect, it } from 'vitest';
import { upcast, versionOf } from './upcast.ts';

const upcasters = {
  room_added: [
    (body: Readonly<Record<string, unknown>>) => ({ ...body, room: { id: body['id'], home: body['home'], name: '' } }),
    (body: Readonly<Record<string, unknown>>) => ({ ...body, room: { ...(body['room'] as object), name: 'unnamed' } }),
  ],
};

it('leaves a change of the present version as it is', () => {
  const change = { kind: 'room_added', room: { id: 'r', home: 'h', name: 'hall' } };
  expect(upcast(change, 1)).toBe(change);
  expect(versionOf('room_added')).toBe(1);
});

it('takes an old change through every step from its version on', () => {
  expect(versionOf('room_added', upcasters)).toBe(3);
  const first = upcast({ kind: 'room_added', id: 'r', home: 'h' }, 1, upcasters);
  expect(first).toMatchObject({ kind: 'room_added', room: { id: 'r', home: 'h', name: 'unnamed' } });
  const second = upcast({ kind: 'room_added', room: { id: 'r', home: 'h', name: '' } }, 2, upcasters);
  expect(second).toMatchObject({ room: { id: 'r', home: 'h', name: 'unnamed' } });
});

it('refuses a change that a newer version wrote', () => {
  expect(() => upcast({ kind: 'room_added' }, 2)).toThrow(expect.objectContaining({ code: 'store:version.newer' }));
});
