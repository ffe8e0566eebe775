import { it } from 'vitest';
import { killRounds } from './killRounds.ts';

it('loses nothing that was acknowledged, and doubles no alarm, over five kills', () => killRounds(5), 120_000);
