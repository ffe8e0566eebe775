import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { PAGE_STYLE } from './pageStyle.ts';

/**
 * A whole page that needs nothing from anywhere: its style is in it, it has no script, and it tells the browser to load and
 * run nothing, so that it stays harmless wherever it is opened.
 */
export function page(title: string, body: Html): string {
  const hash = createHash('sha256').update(PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`.markup;
}
