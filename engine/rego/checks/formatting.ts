import type { Problem, RegoModule } from '../Compiled.ts';

/** Files that are not written as OPA's formatter writes them, at the first line that differs. */
export function formatting(
  modules: readonly RegoModule[],
  formatted: Readonly<Record<string, string>>,
): readonly Problem[] {
  return modules.flatMap(({ file, source }): readonly Problem[] => {
    const wanted = formatted[file];
    if (wanted === undefined || wanted === source) return [];
    const [lines, others] = [source.split('\n'), wanted.split('\n')];
    const index = lines.findIndex((line, at) => line !== others[at]);
    const [line, other] = [lines[index] ?? '', others[index] ?? ''];
    const column = [...line].findIndex((char, at) => char !== other[at]);
    return [
      {
        code: 'policy:format',
        message: 'this is not written as the formatter writes it',
        file,
        row: index < 0 ? lines.length : index + 1,
        col: (column < 0 ? [...line].length : column) + 1,
        hint: `\`twinward fmt ${file}\` writes it`,
      },
    ];
  });
}
