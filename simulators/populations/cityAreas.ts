import type { Area, Change, Organisation } from '../../twin/changes.ts';
import type { OrganisationKind } from '../../twin/words.ts';

const DISTRICTS = ['Lakeside', 'Old Town', 'Harbour', 'Hill', 'Garden', 'Station', 'River', 'Garrison'];
const STREETS_OF_DISTRICT = 4;
/** Homes of one community after the other, over and over; the hamlets are too small to publish statistics of. */
const COMMUNITY_SIZES = [480, 620, 310, 540, 7, 730, 420, 12, 560, 365];
const BUILDING_SIZES = [36, 60, 24, 48, 72, 12];

/** How many organisations of a kind a city has; community offices have one for each community, fire brigades one for each district. */
const ORGANISATIONS: readonly (readonly [kind: OrganisationKind, count: number])[] = [
  ['property_company', 12],
  ['hospital', 4],
  ['care_provider', 4],
  ['vendor', 5],
  ['utility', 2],
  ['research_institute', 1],
  ['school_district', 1],
  ['credit_agency', 1],
];

/** Where homes stand. Homes are numbered from 0, buildings from 0, and the next building starts where one ends. */
export type CityPlan = {
  readonly events: readonly Change[];
  /** The number of the first home of each building, rising. */
  readonly buildingStarts: readonly number[];
  /** The number of each building's community. */
  readonly communityOfBuilding: readonly number[];
};

/** The areas and organisations that a city of so many homes needs; a larger city has the same and more. */
export function planCity(homes: number): CityPlan {
  const events: Change[] = [...upperAreas(), ...cityOrganisations()];
  const buildingStarts: number[] = [];
  const communityOfBuilding: number[] = [];
  for (let community = 0, planned = 0; planned < homes; community++) {
    events.push(...communityEvents(community));
    const end = planned + COMMUNITY_SIZES[community % COMMUNITY_SIZES.length]!;
    while (planned < Math.min(end, homes)) {
      const building = buildingStarts.push(planned) - 1;
      communityOfBuilding.push(community);
      const name = `building ${building + 1}`;
      events.push(added({ id: buildingId(building), level: 'building', name, parent: communityId(community) }));
      planned += Math.min(BUILDING_SIZES[building % BUILDING_SIZES.length]!, end - planned);
    }
  }
  return { events, buildingStarts, communityOfBuilding };
}

export function buildingId(building: number): string {
  return `building-${building + 1}`;
}

/** The office of the community, as organisation. */
export function communityOfficeId(community: number): string {
  return `community-office-${community + 1}`;
}

/** The company that manages the community's buildings. */
export function propertyCompanyId(community: number): string {
  return organisationId('property_company', community % countOf('property_company'));
}

/** The organisation of a kind that a community's people go to, for kinds of which the city has several. */
export function nearestOrganisation(kind: OrganisationKind, community: number): string {
  return organisationId(kind, community % countOf(kind));
}

function communityId(community: number): string {
  return `community-${community + 1}`;
}

function organisationId(kind: OrganisationKind, number: number): string {
  return `${kind.replaceAll('_', '-')}-${number + 1}`;
}

function countOf(kind: OrganisationKind): number {
  return ORGANISATIONS.find(([one]) => one === kind)?.[1] ?? 1;
}

function upperAreas(): Change[] {
  const districts = DISTRICTS.map((name, index) =>
    added({ id: `district-${index + 1}`, level: 'district', name, parent: 'city' }),
  );
  const streets = Array.from({ length: DISTRICTS.length * STREETS_OF_DISTRICT }, (_, index) => {
    const district = index % DISTRICTS.length;
    const name = `${DISTRICTS[district]} street ${Math.floor(index / DISTRICTS.length) + 1}`;
    return added({ id: `street-${index + 1}`, level: 'street', name, parent: `district-${district + 1}` });
  });
  return [
    added({ id: 'province', level: 'province', name: 'Province', parent: null }),
    added({ id: 'city', level: 'city', name: 'City', parent: 'province' }),
    ...districts,
    ...streets,
  ];
}

function cityOrganisations(): Change[] {
  const events: Change[] = [
    founded({ id: 'city-government', kind: 'city_government', name: 'city government', area: 'city' }),
    founded({ id: 'regulator', kind: 'regulator', name: 'data regulator', area: 'province' }),
  ];
  for (const [kind, count] of ORGANISATIONS) {
    for (let number = 0; number < count; number++) {
      const name = `${kind.replaceAll('_', ' ')} ${number + 1}`;
      events.push(founded({ id: organisationId(kind, number), kind, name, area: null }));
    }
  }
  DISTRICTS.forEach((name, index) => {
    const [id, area] = [`fire-brigade-${index + 1}`, `district-${index + 1}`];
    events.push(founded({ id, kind: 'fire_brigade', name: `${name} fire brigade`, area }));
    events.push({ kind: 'relation_added', subject: id, relation: 'responder', object: area });
  });
  return events;
}

function communityEvents(community: number): Change[] {
  const street = (community % (DISTRICTS.length * STREETS_OF_DISTRICT)) + 1;
  const area = communityId(community);
  return [
    added({ id: area, level: 'community', name: `community ${community + 1}`, parent: `street-${street}` }),
    founded({
      id: communityOfficeId(community),
      kind: 'community_office',
      name: `office of community ${community + 1}`,
      area,
    }),
    { kind: 'relation_added', subject: propertyCompanyId(community), relation: 'manages', object: area },
  ];
}

function added(area: Area): Change {
  return { kind: 'area_added', area };
}

function founded(organisation: Organisation): Change {
  return { kind: 'organisation_added', organisation };
}
