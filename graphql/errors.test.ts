import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../twin/CodedError.ts';
import { AccessDenied, createErrorMask } from './errors.ts';

/** What a client sees of an error, and what the log says of it. */
function masked(error: unknown) {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const mask = createErrorMask({ log, newId: () => 'id1' });
  return { seen: mask(error).toJSON(), log: lines.join('') };
}

describe('what a client sees of an error', () => {
  it('is the code, the message and the hint of an expected failure', () => {
    const error = new CodedError('twin:device.not_found', 'no device `x`', { hint: 'see `devices`' });
    expect(masked(error)).toEqual({
      seen: { message: 'no device `x`', extensions: { code: 'twin:device.not_found', hint: 'see `devices`' } },
      log: '',
    });
  });

  it('keeps the path of the field that failed', () => {
    const located = new GraphQLError('wrapped', { path: ['home'], originalError: new AccessDenied('denied', 'd-1') });
    expect(masked(located).seen).toMatchObject({
      message: 'denied',
      path: ['home'],
      extensions: { code: 'access:denied', decisionId: 'd-1' },
    });
  });

  it.each([
    new Error('select secret from table'),
    new CodedError('store:corrupt', 'row 17 of /var/data is corrupt'),
    new CodedError('trust:key.missing', 'key 4711'),
    'a text',
    undefined,
  ])('is an id alone of anything else: %s', (error) => {
    const { seen, log } = masked(error);
    expect(seen).toEqual({
      message: 'something went wrong on our side; the id finds it in the log',
      extensions: { code: 'engine:internal', id: 'id1', unexpected: true },
    });
    expect(log).toContain('"id":"id1"');
  });

  it('is what GraphQL found wrong with the query, as it is', () => {
    expect(masked(new GraphQLError('Syntax Error')).seen).toEqual({ message: 'Syntax Error' });
  });
});
