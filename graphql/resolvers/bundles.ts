import { brotliDecompressSync } from 'node:zlib';
import { MOST_BUNDLE_BYTES } from '../../engine/bundle/BundleFile.ts';
import { refused } from '../../engine/bundle/parseBundle.ts';
import type { PlanWords } from '../../engine/rollout/parsePlan.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { forAdministrator } from './administration.ts';

type Handed = { readonly bundle: string; readonly at?: string | null; readonly dryRun: boolean };

/** Resolvers for which bundle decides; for the holder of the local admin token alone. */
export const bundleResolvers = {
  Query: {
    bundles: forAdministrator(({ bundles }) => bundles.history()),
    rollout: forAdministrator(({ bundles }) => bundles.rollout()),
  },
  Mutation: {
    activateBundle: forAdministrator(({ bundles }, { bundle, at, dryRun }: Handed) =>
      bundles.activate(unpacked(bundle), { due: instantOf(at), dryRun }),
    ),
    rollBackBundle: forAdministrator(({ bundles }, { to, dryRun }: { to: string; dryRun: boolean }) =>
      bundles.rollBack(to, { dryRun }),
    ),
    cancelActivation: forAdministrator(({ bundles }, { number }: { number: number }) => bundles.cancel(number)),
    startRollout: forAdministrator(
      ({ bundles }, { bundle, plan, dryRun }: Omit<Handed, 'at'> & { plan?: PlanWords | null }) =>
        bundles.startRollout(unpacked(bundle), plan ?? {}, { dryRun }),
    ),
    advanceRollout: forAdministrator(({ bundles }) => bundles.advanceRollout()),
    stopRollout: forAdministrator(({ bundles }) => bundles.stopRollout()),
  },
};

/** A bundle as it comes through this door: compressed, in base 64, so that a request stays small. */
function unpacked(text: string): Uint8Array {
  try {
    // One byte more than is allowed shows that there is more.
    return brotliDecompressSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_BUNDLE_BYTES + 1 });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isLarge ? refused('too_large', 'it is too large') : refused('unreadable', 'it is not compressed by brotli');
  }
}

function instantOf(text: string | null | undefined): number | null {
  if (text == null) return null;
  const instant = Date.parse(text);
  if (Number.isFinite(instant)) return instant;
  throw new CodedError('command:instant.invalid', `\`${text.slice(0, 40)}\` is no instant`, {
    hint: 'ISO 8601, such as 2026-12-01T00:00:00Z',
  });
}
