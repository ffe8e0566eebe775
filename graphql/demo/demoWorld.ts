import { CodedError } from '../../twin/CodedError.ts';
import type { Area, Change, Device, Organisation } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AreaLevel, OrganisationKind } from '../../twin/words.ts';
import { demoAccount } from './demoAccounts.ts';

/** The home whose devices a recording or a bridge on the bare topics speaks for. */
export const DEMO_HOME = 'demo';
/** The home that the demo's tenant rents. */
export const RENTED_HOME = 'demo-rented';

export type DemoWorldOptions = {
  /** The graph with the areas and organisations of the generated city. */
  readonly graph: TwinGraph;
  /** The building in which both homes stand. */
  readonly building: string;
  /** Milliseconds since 1970: leases and consents run from a month before to a year after. */
  readonly now: number;
};

const DAY = 86_400_000;

/**
 * The two homes of the demo, their people, and the accounts of the seven roles, as changes to commit on a first start.
 * The resident lives in `demo`, has packs of rules on, and lets the community office read its rooms by the hour and the
 * hospital what care needs; the tenant rents `demo-rented`. The other roles work for the organisations of the city around them.
 *
 * Throws `config:demo.area_missing` when the building does not stand in a community, a city and a province.
 */
export function demoWorld({ graph, building, now }: DemoWorldOptions): readonly Change[] {
  const path = graph.areaPath(building);
  const community = areaOf(path, 'community', building);
  const city = areaOf(path, 'city', building);
  const province = areaOf(path, 'province', building);
  const company = organisation('demo-property-company', 'property_company', 'Lakeview property services', null);
  const office = organisation(
    'demo-community-office',
    'community_office',
    `community office of ${community.name}`,
    community.id,
  );
  const government = organisation('demo-city-government', 'city_government', `government of ${city.name}`, city.id);
  const authority = organisation('demo-regulator', 'regulator', `data authority of ${province.name}`, province.id);
  const hospital = organisation('demo-hospital', 'hospital', 'City hospital', null);
  return [
    ...[company, office, government, authority, hospital].map(
      (each): Change => ({ kind: 'organisation_added', organisation: each }),
    ),
    { kind: 'area_placed', area: city.id, place: { latitude: 31.23, longitude: 121.47, timeZone: 'Asia/Shanghai' } },
    { kind: 'relation_added', subject: company.id, relation: 'manages', object: building },
    ...demoHome(building, now),
    ...rentedHome(building, now),
    ...consents({ now, office: office.id, hospital: hospital.id }),
    ...[
      demoAccount('resident', { person: RESIDENT }),
      demoAccount('tenant', { person: TENANT }),
      demoAccount('property_manager', { organisation: company.id }),
      demoAccount('community_officer', { organisation: office.id, area: community.id }),
      demoAccount('city_officer', { organisation: government.id, area: city.id }),
      demoAccount('regulator', { organisation: authority.id, area: province.id }),
      demoAccount('architect', { organisation: government.id, area: city.id }),
    ].map((account): Change => ({ kind: 'account_added', account })),
  ];
}

const RESIDENT = 'demo-person-resident';
const TENANT = 'demo-person-tenant';
const LANDLORD = 'demo-person-landlord';

/** Its devices come by themselves, when its bridge lists them. */
function demoHome(building: string, now: number): readonly Change[] {
  const switched = { kind: 'pack_switched', home: DEMO_HOME, on: true, parameters: {}, by: 'resident' } as const;
  const at = new Date(now).toISOString();
  return [
    { kind: 'person_added', person: { id: RESIDENT, ageBand: 'adult' } },
    {
      kind: 'home_added',
      home: { id: DEMO_HOME, area: building, name: 'the demo home', occupancy: 'owner_occupied' },
    },
    { kind: 'relation_added', subject: RESIDENT, relation: 'owner', object: DEMO_HOME },
    { kind: 'relation_added', subject: RESIDENT, relation: 'resident', object: DEMO_HOME },
    // Whoever looks at it for the first time sees it react.
    ...['presence', 'energy_saving'].map((pack): Change => ({ ...switched, pack, at })),
  ];
}

function rentedHome(building: string, now: number): readonly Change[] {
  const lease = {
    id: 'demo-lease',
    home: RENTED_HOME,
    tenant: TENANT,
    landlord: LANDLORD,
    starts: new Date(now - 30 * DAY).toISOString(),
    ends: new Date(now + 335 * DAY).toISOString(),
  };
  return [
    { kind: 'person_added', person: { id: TENANT, ageBand: 'adult' } },
    { kind: 'person_added', person: { id: LANDLORD, ageBand: 'adult' } },
    { kind: 'home_added', home: { id: RENTED_HOME, area: building, name: 'the rented home', occupancy: 'rented' } },
    { kind: 'relation_added', subject: LANDLORD, relation: 'owner', object: RENTED_HOME },
    { kind: 'lease_signed', lease },
    { kind: 'lease_transitioned', home: RENTED_HOME, lease: lease.id, to: 'active' },
    ...RENTED_DEVICES.flatMap(deviceOf),
  ];
}

const RENTED_DEVICES = [
  { address: '0x00158d00045c0001', name: 'living_room/climate', vendor: 'Aqara', model: 'WSDCGQ11LM' },
  { address: '0x00158d00045c0002', name: 'hall/motion', vendor: 'Aqara', model: 'RTCGQ11LM' },
  { address: '0x00158d00045c0003', name: 'kitchen/gas', vendor: 'Heiman', model: 'HS1CG-E' },
  { address: '0x00158d00045c0004', name: 'hall/front_door_lock', vendor: 'Yale', model: 'YRD226/246 TSDB' },
] as const;

/** Devices have the ids that listing them by a bridge would have given them. */
function deviceOf({ name, ...kind }: (typeof RENTED_DEVICES)[number]): readonly Change[] {
  const room = name.slice(0, name.indexOf('/'));
  const device: Device = {
    id: `${RENTED_HOME}:${kind.address}`,
    home: RENTED_HOME,
    room: `${RENTED_HOME}:${room}`,
    name,
    trust: 'normal',
    ...kind,
  };
  return [
    { kind: 'room_added', room: { id: `${RENTED_HOME}:${room}`, home: RENTED_HOME, name: room } },
    { kind: 'device_registered', device },
  ];
}

type Grantees = { readonly now: number; readonly office: string; readonly hospital: string };

function consents({ now, office, hospital }: Grantees): readonly Change[] {
  const given = {
    type: 'consent',
    home: DEMO_HOME,
    person: RESIDENT,
    givenBy: RESIDENT,
    ends: new Date(now + 335 * DAY).toISOString(),
  } as const;
  return [
    {
      kind: 'basis_given',
      basis: {
        ...given,
        id: 'demo-consent-community',
        grantee: office,
        purposes: ['community_service'],
        categories: ['environment'],
        granularity: 'hour',
      },
    },
    {
      kind: 'basis_given',
      basis: {
        ...given,
        id: 'demo-consent-hospital',
        grantee: hospital,
        purposes: ['care'],
        categories: ['environment', 'behaviour'],
        granularity: 'full',
      },
    },
  ];
}

function organisation(id: string, kind: OrganisationKind, name: string, area: string | null): Organisation {
  return { id, kind, name, area };
}

function areaOf(path: readonly Area[], level: AreaLevel, building: string): Area {
  const area = path.find((each) => each.level === level);
  if (area) return area;
  throw new CodedError('config:demo.area_missing', `the building \`${building}\` stands in no ${level}`, {
    hint: 'take a building of the generated city',
  });
}
