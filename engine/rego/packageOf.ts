/** The package that a Rego source declares, or '' where it declares none; the compiler tells what is wrong with it then. */
export function packageOf(source: string): string {
  return /^package[ \t]+([\w.]+)/m.exec(source)?.[1] ?? '';
}
