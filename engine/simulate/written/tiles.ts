import type { Flow } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, percent } from './numbers.ts';

/** What changes in numbers, to see at once. */
export function tiles(cells: number, flows: readonly Flow[]): Html {
  const sum = (chosen: (flow: Flow) => boolean) => flows.filter(chosen).reduce((total, flow) => total + flow.cells, 0);
  const all: readonly (readonly [string, number])[] = [
    ['cells change', sum(() => true)],
    ['newly allowed', sum(({ from }) => from === 'denied')],
    ['newly denied', sum(({ to }) => to === 'denied')],
    ['newly raw', sum(({ from, to }) => from !== 'raw' && to === 'raw')],
    ['see more', sum(({ direction }) => direction === 'widened')],
    ['see less', sum(({ direction }) => direction === 'narrowed')],
    ['other obligations', sum(({ direction }) => direction === 'obligations')],
  ];
  return html`<ul class="tiles">${all.map(([what, number]) => html`<li><strong>${count(number)}</strong>${what}<br><small>${percent(number, cells)} of cells</small></li>`)}</ul>
`;
}
