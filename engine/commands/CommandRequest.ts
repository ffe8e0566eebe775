import type { Command } from '../../twin/changes.ts';

/** A command that was decided and is to be carried out. Its id tells it from others: asked for again it is the same one. */
export type CommandRequest = Pick<Command, 'id' | 'home' | 'device' | 'values' | 'claimant' | 'by' | 'alarm'> & {
  /** Higher first, between commands of one claimant on one event; 1 when missing. */
  readonly priority?: number;
};
