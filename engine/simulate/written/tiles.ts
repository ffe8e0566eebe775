import type { Flow } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, percent } from './numbers.ts';

/** What changes in numbers, to see at once. */
export function tiles(cells: number, flows: readonly Flow[]): Html {
  const sum = (chosen: (flow: Flow) => boolean) => flows.filter(chosen).reduce((total, flow) => total + flow.cells, 0);
  const [changed, obliged] = [sum(() => true), sum(({ direction }) => direction === 'obligations')];
  const all: readonly (readonly [string, number])[] = [
    ['newly allowed', sum(({ from }) => from === 'denied')],
    ['newly denied', sum(({ to }) => to === 'denied')],
    ['newly raw', sum(({ from, to }) => from !== 'raw' && to === 'raw')],
    ['see more', sum(({ direction }) => direction === 'widened')],
    ['see less', sum(({ direction }) => direction === 'narrowed')],
  ];
  return html`<ul class="tiles"><li><strong>${count(changed)}</strong>cells change<br><small>${percent(changed, cells)} of cells${obliged > 0 && `, ${count(obliged)} in obligations alone`}</small></li>${all.map(([what, number]) => html`<li><strong>${count(number)}</strong>${what}<br><small>${percent(number, cells)} of cells</small></li>`)}</ul>
`;
}
