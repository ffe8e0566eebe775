import { Neo4jError } from 'neo4j-driver';
import { CodedError, type ErrorCode } from '../../CodedError.ts';

type Known = readonly [code: ErrorCode, message: string, hint: string];

const UNREACHABLE: Known = [
  'store:unreachable',
  'the Neo4j server does not answer',
  'check that it runs and that host and port of the address are right',
];
const REFUSED: Known = ['store:login.refused', 'Neo4j refused the login', 'check the user and the password'];
const CODES: Readonly<Record<string, Known>> = {
  ServiceUnavailable: UNREACHABLE,
  SessionExpired: UNREACHABLE,
  'Neo.ClientError.Security.Unauthorized': REFUSED,
  'Neo.ClientError.Security.AuthenticationRateLimit': [
    'store:login.refused',
    'Neo4j takes no login for a while, after too many wrong ones',
    'check the user and the password, then wait some seconds',
  ],
  'Neo.ClientError.Security.CredentialsExpired': [
    'store:login.refused',
    'the password of the Neo4j user must be changed first',
    'change it with `ALTER CURRENT USER SET PASSWORD`',
  ],
  'Neo.ClientError.Security.Forbidden': [
    'store:login.refused',
    'the Neo4j user may not do this',
    'give it the right to write, and to make constraints and indexes',
  ],
  'Neo.ClientError.Database.DatabaseNotFound': [
    'store:unreachable',
    'the Neo4j server has no such database',
    'check the name of the database',
  ],
  'Neo.ClientError.General.ForbiddenOnReadOnlyDatabase': [
    'store:read_only',
    'the Neo4j database cannot be written',
    'check that it is not in read-only mode',
  ],
  'Neo.TransientError.General.MemoryPoolOutOfMemoryError': [
    'store:full',
    'the batch needs more memory than the Neo4j server gives a transaction',
    'commit smaller batches, or raise `dbms.memory.transaction.total.max`',
  ],
  'Neo.ClientError.Schema.ConstraintValidationFailed': [
    'store:corrupt',
    'the database holds rows that this twin has not written',
    'give the twin a database of its own, or restore a backup',
  ],
};

/** The error of a store in the port's words; what is not the driver's own error is handed back as it is. */
export function neo4jError(error: unknown): unknown {
  if (!(error instanceof Neo4jError)) return error;
  const known = CODES[error.code];
  if (!known) return new CodedError('store:failed', `Neo4j failed: ${error.message}`, { cause: error });
  const [code, message, hint] = known;
  return new CodedError(code, message, { hint, cause: error });
}
