/**
 * The style of a report's page: light and dark as the reader's system is, and for paper. Colours tell apart also where red
 * and green look alike, and nothing is told by colour alone.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f5f6f8; --ink: #1b2330; --soft: #556070; --line: #d5dae1; --link: #0b57a4;
  --widened: #d9730d; --narrowed: #2f6fb5; --obligations: #8463b8; --good: #1f7a3d; --bad: #b3261e;
  --s0: #e4e8ed; --s1: #fde3c4; --s2: #f9bf85; --s3: #ee9445; --s4: #b55a0e; --s5: #7f3a06;
  --o-denied: #aab3bf; --o-withheld: #8d98a8; --o-aggregate: #a9cbe8; --o-pseudonymous: #6ba3d6; --o-reduced: #f2b36b; --o-raw: #c65a11;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --card: #1d232d; --ink: #e6e9ee; --soft: #a3adba; --line: #38414e; --link: #7db8f0;
    --widened: #e58a2f; --narrowed: #5b9be0; --obligations: #a98bdb; --good: #69c487; --bad: #f2938c;
    --s0: #2a323d; --s1: #4a3723; --s2: #6e4a22; --s3: #9a5f1d; --s4: #c97a22; --s5: #f0a24a;
    --o-denied: #4d5766; --o-withheld: #647084; --o-aggregate: #2d5d86; --o-pseudonymous: #4a8cc4; --o-reduced: #c08436; --o-raw: #f0a24a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans CJK SC", "PingFang SC", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.25rem 0 0.5rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 0.4rem; }
small, .soft, figcaption { color: var(--soft); font-size: 0.875rem; font-weight: normal; }
p { margin: 0.4rem 0; max-width: 46rem; }
a { color: var(--link); }
code, pre { font: 0.85em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--card); padding: 0.75rem; border-radius: 6px; }
figure { margin: 0; }
.question { font-size: 1.05rem; color: var(--soft); }
.verdict { display: inline-block; padding: 0.15rem 0.6rem; border-radius: 1rem; border: 1px solid currentColor; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.8rem, 1fr)); gap: 0.6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border-radius: 8px; padding: 0.6rem 0.8rem; }
.tiles strong { display: block; font-size: 1.25rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; margin: 0.5rem 0; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--soft); font-size: 0.82rem; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.number + td { padding-left: 0.5rem; } td code { white-space: nowrap; } caption { text-align: left; }
td.kept { color: var(--soft); } td.moved { font-weight: 600; }
article { background: var(--card); border-radius: 8px; padding: 0.25rem 1rem 0.75rem; margin: 0.75rem 0; scroll-margin-top: 1rem; }
article:target { outline: 2px solid var(--link); }
dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.25rem 0.75rem; margin: 0; font-size: 0.92rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; } dd p:first-child { margin-top: 0; }
summary { cursor: pointer; color: var(--link); padding: 0.25rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; padding: 0; margin: 0.5rem 0; font-size: 0.875rem; color: var(--soft); }
.legend svg { vertical-align: -2px; }
.chart { display: block; } .legend .chart { display: inline-block; border-radius: 3px; }
.chart text { fill: var(--ink); font-size: 13px; }
.chart .strong { font-weight: 600; }
.flow { margin: 0.75rem 0; } .flow text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.flow path { opacity: 0.6; } .flow path:hover { opacity: 0.9; }
.bar { fill: var(--ink); }
.widened { fill: var(--widened); } .narrowed { fill: var(--narrowed); } .obligations { fill: var(--obligations); }
.shade-0 { fill: var(--s0); } .shade-1 { fill: var(--s1); } .shade-2 { fill: var(--s2); } .shade-3 { fill: var(--s3); } .shade-4 { fill: var(--s4); } .shade-5 { fill: var(--s5); }
.map svg svg rect { stroke: var(--paper); stroke-width: 2px; } .map a rect { cursor: pointer; } .map a:focus-visible rect { stroke: var(--link); stroke-width: 4px; } .map a:hover rect { opacity: 0.8; }
.chart text.on-4, .chart text.on-5 { fill: #ffffff; }
.outcome-denied { fill: var(--o-denied); } .outcome-withheld { fill: var(--o-withheld); } .outcome-aggregate { fill: var(--o-aggregate); }
.outcome-pseudonymous { fill: var(--o-pseudonymous); } .outcome-reduced { fill: var(--o-reduced); } .outcome-raw { fill: var(--o-raw); }
.map { display: none; scroll-margin-top: 1rem; } .map.whole, .map:target { display: block; } .map:target ~ .map.whole { display: none; }
.treemaps label { margin-right: 1rem; font-size: 0.9rem; } #by-cells:checked ~ .homes, #by-homes:checked ~ .cells { display: none; }
.times { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.stays { margin: 0.75rem 0 0; }
@media (prefers-color-scheme: dark) { .chart text.on-4, .chart text.on-5 { fill: #14181f; } }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dt { margin-top: 0.5rem; } .chart text { font-size: 12px; } }
@media print {
  .treemaps input, .treemaps label { display: none; }
  :root {
    color-scheme: light;
    --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --link: #000000;
    --s0: #eeeeee; --s1: #fde3c4; --s2: #f9bf85; --s3: #ee9445; --s4: #b55a0e; --s5: #7f3a06;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } article, figure, tr, .tiles li, svg { break-inside: avoid; } h2, h3 { break-after: avoid; }
  article { border: 1px solid var(--line); } .wide { overflow: visible; } body { font-size: 10.5pt; }
}
`;
