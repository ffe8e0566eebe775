import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { DeadLetter } from '../../twin/TwinStore.ts';
import type { Session } from './Session.ts';
import { livesThere } from './views.ts';
import { visibleHomes } from './visibility.ts';

/**
 * Messages that could not be taken in, newest first: the people of homes see those of their own, and whoever keeps the
 * machine running all of them. To the latter a device goes by its address, since its name tells of the home.
 */
export async function deadLettersFor(session: Session, first: number): Promise<unknown[]> {
  const { ports, caller } = session;
  if (caller.kind === 'administrator') {
    const letters = await ports.deadLetters({ first });
    return letters.map((letter) =>
      show({ ...letter, topic: byAddress(letter, ports.graph.homes.get(letter.home ?? '')) }),
    );
  }
  const own = visibleHomes(ports.graph, caller).filter((each) => livesThere(session, each));
  const lists = await Promise.all(own.map((each) => ports.deadLetters({ home: each.home.id, first })));
  const all = lists.flat().sort((a, b) => b.at - a.at);
  return all.slice(0, first).map(show);
}

/** The topic of a letter with the address of a device of the home in the place of its name; other names stay. */
function byAddress({ topic }: DeadLetter, home: HomeNode | undefined): string {
  const named = [...(home?.devices.values() ?? [])].filter(({ name }) => `${topic}/`.includes(`/${name}/`));
  const [longest] = named.sort((a, b) => b.name.length - a.name.length);
  return longest ? `${topic}/`.replace(`/${longest.name}/`, `/${longest.device.address}/`).slice(0, -1) : topic;
}

function show({ code, home: homeId, topic, property, detail, at }: DeadLetter) {
  return { code, homeId, topic, property, detail, at: new Date(at).toISOString() };
}
