import { canonicalJson } from '../../canonicalJson.ts';
import type { ImpactReport } from '../ImpactReport.ts';

/** Something that a report was made of, as it was and as it is now. */
type InputDifference = { readonly input: string; readonly was: string; readonly is: string };

export type ReportComparison = {
  /** Whether both are the same, byte for byte in canonical JSON. */
  readonly same: boolean;
  /** What they were made of that differs. */
  readonly inputs: readonly InputDifference[];
  /** Members of the reports that differ, beside the inputs. */
  readonly members: readonly string[];
};

/** Holds a report against one that was made anew. */
export function compareReports(was: ImpactReport, is: ImpactReport): ReportComparison {
  const [before, after] = [inputsOf(was), inputsOf(is)];
  const inputs = Object.keys(before).flatMap((input): InputDifference[] => {
    const [old, fresh] = [before[input]!, after[input]!];
    return old === fresh ? [] : [{ input, was: old, is: fresh }];
  });
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const members = [...names].filter((name) => {
    const member = name as keyof ImpactReport;
    return member !== 'inputs' && canonicalJson(was[member]) !== canonicalJson(is[member]);
  });
  return { same: canonicalJson(was) === canonicalJson(is), inputs, members: members.sort() };
}

function inputsOf({ inputs, revision, population }: ImpactReport): Readonly<Record<string, string>> {
  return {
    scenario: inputs.scenario,
    baseline: inputs.baseline,
    proposed: inputs.proposed,
    homes: `${population.id} of ${population.homes}${inputs.population === null ? '' : `, ${inputs.population}`}`,
    revision: String(revision),
    engine: inputs.engine ?? 'none',
  };
}
