/** A METADATA comment of a Rego source: the line on which it starts, what it says, and the code that it describes. */
export type MetadataBlock = { readonly line: number; readonly yaml: string; readonly code: string };

/** The METADATA comments of a Rego source, as far as its text tells before it is compiled. */
export function metadataBlocks(source: string): readonly MetadataBlock[] {
  const lines = source.split(/\r?\n/);
  return lines.flatMap((text, start): MetadataBlock[] => {
    if (!/^# METADATA\s*$/.test(text)) return [];
    let end = start + 1;
    while (lines[end]?.startsWith('#')) end++;
    const yaml = lines.slice(start + 1, end).map((line) => line.replace(/^# ?/, ''));
    const stop = lines.findIndex((line, index) => index > end && (line.trim() === '' || line.startsWith('#')));
    return [{ line: start + 1, yaml: yaml.join('\n'), code: lines.slice(end, stop < 0 ? undefined : stop).join('\n') }];
  });
}
