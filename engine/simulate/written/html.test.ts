import { expect, it } from 'vitest';
import { html } from './html.ts';
import { page } from './page.ts';

it('escapes every value that is put in, and keeps markup', () => {
  const name = `<script>alert("x")</script> & 'y'`;
  expect(html`<td title="${name}">${html`<b>${name}</b>`}</td>`.markup).toBe(
    '<td title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;"><b>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</b></td>',
  );
});

it('joins lists, and leaves nothing of null and false', () => {
  expect(html`${[1, 'a', null]}-${false}`.markup).toBe('1a-');
});

it('shows what has no place in a document as such', () => {
  expect(html`${'a\u0000b\ud800c\u001bd\u0085e'}`.markup).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
});

it('makes a page that may load and run nothing', () => {
  const text = page('a < b', html`<p>x</p>`);
  expect(text).toContain('<title>a &lt; b</title>');
  expect(text).toMatch(
    /content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
  );
  expect(text).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|\ssrc=|@import|url\(/i);
});
