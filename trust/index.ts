/** Cryptography: the national algorithms, and sealing with them. */

/** What happened and who answers for it. */
export type { AuditEntry, AuditQuery, AuditRecord, TimedEntry } from './audit/AuditEntry.ts';
export type { AuditReport, LogProblem } from './audit/verifyAudit.ts';
export type { DecisionBatch, DecisionRecordRow, FactsRow } from './decisions/DecisionLog.ts';
/** Keys and tokens. */
export type { KeyStore } from './keys/KeyStore.ts';
export { Sm4Sealer, type SystemScope } from './Sm4Sealer.ts';
export { sm3 } from './sm3.ts';
export { type TokenHolder, TokenStore } from './tokens/TokenStore.ts';
