import type { Incident } from './Recording.ts';

/** Something that a rule raised: which rule, about which device, when (milliseconds since 1970). */
export type Raised = { readonly rule: string; readonly device: string; readonly at: number };

/** How what was raised stands to what went on. */
export type Judgement = {
  readonly found: readonly Incident[];
  readonly missed: readonly Incident[];
  /** What was raised of incidents; several may tell of one. */
  readonly right: readonly Raised[];
  readonly wrong: readonly Raised[];
};

/** Judges what rules raised: right is what names the device of an incident while it goes on. */
export function judge(raised: readonly Raised[], incidents: readonly Incident[]): Judgement {
  const tells = (each: Raised, { devices, from, until }: Incident): boolean =>
    devices.includes(each.device) && from <= each.at && each.at <= until;
  const isRight = (each: Raised): boolean => incidents.some((incident) => tells(each, incident));
  const isFound = (incident: Incident): boolean => raised.some((each) => tells(each, incident));
  return {
    found: incidents.filter(isFound),
    missed: incidents.filter((incident) => !isFound(incident)),
    right: raised.filter(isRight),
    wrong: raised.filter((each) => !isRight(each)),
  };
}
