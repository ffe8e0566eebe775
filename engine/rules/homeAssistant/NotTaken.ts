export type NotTakenOptions = {
  /** What to write instead. */
  readonly instead?: string;
  /** Where in a template it is, in characters from its start. */
  readonly offset?: number;
  /** The line of the file, as far as it is known where this is thrown. */
  readonly line?: number;
};

/** That a construct of an automation cannot become a rule: which one, why, and what to do instead. */
export class NotTaken extends Error {
  /** `trigger event`, `action repeat`, `template filter round`. */
  readonly construct: string;
  readonly instead: string | undefined;
  readonly offset: number | undefined;
  line: number | undefined;

  constructor(construct: string, why: string, { instead, offset, line }: NotTakenOptions = {}) {
    super(why);
    this.name = 'NotTaken';
    this.construct = construct;
    this.instead = instead;
    this.offset = offset;
    this.line = line;
  }
}
