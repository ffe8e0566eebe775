/** What a move of an instrument brings with it; whoever makes the changes carries each of them out. */
export type BasisAction = keyof typeof BASIS_ACTIONS;

// The names alone matter: the machines are never run as actors, so nothing happens here.
const named = () => undefined;

/** The actions of machines whose things give bases. */
export const BASIS_ACTIONS = { give_bases: named, end_bases: named };
