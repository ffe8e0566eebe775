/**
 * As whom somebody reads an explanation: the people of the home and the auditor in full, a requester what concerns the
 * request and of the home what may be read there, those outside (other platforms) a code and the numbers of clauses.
 */
export const READER_KINDS = ['people', 'auditor', 'requester', 'outside'] as const;
export type ReaderKind = (typeof READER_KINDS)[number];
