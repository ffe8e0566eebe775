/** As whom somebody reads an explanation: the people of the home and the auditor see all, a requester nothing of the home. */
export type ReaderKind = 'people' | 'auditor' | 'requester';
