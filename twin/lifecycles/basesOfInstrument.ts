import type { AreaBasis, Basis, Change, Instrument } from '../changes.ts';
import type { BasisType } from '../words.ts';

/** What each kind of instrument gives. An order that two have approved is approved by them. */
const TYPES: Readonly<Record<Instrument['kind'], readonly BasisType[]>> = {
  catalogue_entry: ['catalogue'],
  sharing_request: ['approval'],
  order: ['order', 'approval'],
  agreement: ['agreement'],
};

/**
 * The changes by which an instrument gives its bases: for all homes of its area one basis each, or one in every home that
 * it names. Their ids follow from it, so that its end finds them.
 */
export function basesOfInstrument(
  instrument: Instrument,
  { ends, givenBy }: { readonly ends: string | null; readonly givenBy: string },
): readonly Change[] {
  const { area, homes, purposes, categories, granularity } = instrument;
  return partsOf(instrument).flatMap(({ id, type, grantee }): Change[] => {
    const given = { id, type, givenBy, purposes, categories, granularity, ends };
    if (homes === null || 'kind' in grantee) {
      const basis: AreaBasis = { ...given, area, grantee };
      return [{ kind: 'area_basis_given', basis }];
    }
    return homes.map((home): Change => {
      const basis: Basis = { ...given, home, person: null, grantee: grantee.party };
      return { kind: 'basis_given', basis };
    });
  });
}

/** The ids of the bases that an instrument gives when it gives them. */
export function basisIdsOf(instrument: Instrument): readonly string[] {
  return partsOf(instrument).map(({ id }) => id);
}

/** The id of the instrument that gave a basis of this id, if one did. */
export function instrumentOfBasis(basis: string): string {
  const [instrument = ''] = basis.split(':');
  return instrument;
}

type Part = { readonly id: string; readonly type: BasisType; readonly grantee: AreaBasis['grantee'] };

function partsOf(instrument: Instrument): readonly Part[] {
  const grantees = granteesOf(instrument);
  return TYPES[instrument.kind].flatMap((type) =>
    grantees.map((grantee): Part => {
      const id = `${instrument.id}:${type}`;
      return { id: 'kind' in grantee ? `${id}:${grantee.kind}` : id, type, grantee };
    }),
  );
}

function granteesOf(instrument: Instrument): readonly AreaBasis['grantee'][] {
  if (instrument.kind !== 'catalogue_entry') return [{ party: instrument.grantee }];
  // What is restricted may be requested; being listed opens nothing of it.
  return instrument.sharing === 'unconditional' ? [...new Set(instrument.audience)].map((kind) => ({ kind })) : [];
}
