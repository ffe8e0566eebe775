import type { DeviceTrust } from '../../twin/words.ts';

/** A device that homes may have: how often, where it stands, and how far its identity can be trusted. */
export type DeviceChoice = {
  readonly vendor: string;
  readonly model: string;
  readonly room: string;
  readonly name: string;
  /** How often an occupied home has one. */
  readonly share: number;
  readonly trust: DeviceTrust;
};

/**
 * The devices of the city: the models of the recorded home, and others of the catalogue. A home has each by chance,
 * about seven together.
 */
export const CITY_DEVICES: readonly DeviceChoice[] = [
  of('hall', 'front_door', 'Aqara', 'MCCGQ11LM', 0.42, 'normal'),
  of('hall', 'front_door_lock', 'Yale', 'YRD226/246 TSDB', 0.18, 'certified'),
  of('hall', 'smoke', 'Heiman', 'HS1SA-E', 0.55, 'certified'),
  of('hall', 'siren', 'Heiman', 'HS2WD-E', 0.08, 'normal'),
  of('hall', 'motion', 'Aqara', 'RTCGQ11LM', 0.3, 'normal'),
  of('hall', 'light', 'IKEA', 'LED1545G12', 0.2, 'normal'),
  of('kitchen', 'gas', 'Heiman', 'HS1CG-E', 0.5, 'certified'),
  of('kitchen', 'motion', 'Philips', '9290012607', 0.12, 'normal'),
  of('kitchen', 'sink_leak', 'Aqara', 'SJCGQ11LM', 0.3, 'normal'),
  of('kitchen', 'fridge_plug', 'Aqara', 'SP-EUC01', 0.15, 'normal'),
  of('kitchen', 'washing_machine_plug', 'Tuya', 'TS011F_plug_1', 0.22, 'low'),
  of('living_room', 'climate', 'Aqara', 'WSDCGQ11LM', 0.6, 'normal'),
  of('living_room', 'ceiling', 'Philips', '9290012573A', 0.2, 'certified'),
  of('living_room', 'presence', 'Tuya', 'TS0601_smart_human_presence_sensor_1', 0.14, 'low'),
  of('living_room', 'radiator', 'Danfoss', '014G2461', 0.12, 'normal'),
  of('living_room', 'air_purifier', 'IKEA', 'E2007', 0.08, 'normal'),
  of('living_room', 'blind', 'IKEA', 'E1757', 0.07, 'normal'),
  of('living_room', 'remote', 'IKEA', 'E1524/E1810', 0.1, 'normal'),
  of('bedroom', 'climate', 'SONOFF', 'SNZB-02', 0.25, 'low'),
  of('bedroom', 'window', 'SONOFF', 'SNZB-04', 0.22, 'low'),
  of('bedroom', 'button', 'SONOFF', 'SNZB-01', 0.1, 'low'),
  of('bedroom', 'radiator', 'Eurotronic', 'SPZB0001', 0.1, 'normal'),
  of('bathroom', 'leak', 'Aqara', 'SJCGQ11LM', 0.2, 'normal'),
  of('bathroom', 'fan', 'SONOFF', 'BASICZBR3', 0.07, 'low'),
  of('office', 'air', 'IKEA', 'E2112', 0.12, 'normal'),
  of('utility', 'carbon_monoxide', 'Heiman', 'HS1CA-E', 0.14, 'certified'),
  of('utility', 'main_meter', 'Develco', 'EMIZB-132', 0.3, 'certified'),
  of('garden', 'valve', 'SONOFF', 'SWV', 0.05, 'low'),
  of('garden', 'soil', 'Tuya', 'TS0601_soil', 0.05, 'low'),
];

/** What homes of elders living alone have more often than others. */
export const CARE_DEVICES: readonly DeviceChoice[] = [
  of('bathroom', 'fall', 'OWON', 'FDS315', 0.35, 'certified'),
  of('bedroom', 'sleeping_pad', 'OWON', 'SPM915', 0.3, 'normal'),
  of('bedroom', 'emergency_button', 'Heiman', 'HS1EB/HS1EB-E', 0.45, 'certified'),
];

function of(
  room: string,
  name: string,
  vendor: string,
  model: string,
  share: number,
  trust: DeviceTrust,
): DeviceChoice {
  return { room, name, vendor, model, share, trust };
}
