import { TIERS } from '../../twin/words.ts';
import { gradesOfTier } from './gradesOfTier.ts';

/** The page at `/` of a demo: what is where. It needs nothing from elsewhere. */
export function landingPage(): string {
  const rows = TIERS.map((tier) => `<tr><td><code>/${tier}/graphql</code><td>${gradesOfTier[tier].join(', ')}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Twinward demo</title>
<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem}td{padding:0 1rem 0 0}</style>
<h1>Twinward demo</h1>
<p>The twin of a generated city. Ask it by GraphQL with a token in the header <code>Authorization: Bearer …</code>;
<code>npx twinward token --as resident</code> prints one.</p>
<table>
<tr><th align="left">endpoint<th align="left">grades served
<tr><td><code>/graphql</code><td>those of the token's tier
${rows.join('\n')}
</table>
<p>Also here: <code>/healthz</code>, <code>/readyz</code>, <code>/metrics</code>.</p>
</html>
`;
}
