import { defineDeviceType, reading } from './DeviceType.ts';

/** A sensor in a road: how fast traffic goes, how much of the lane is taken, how long the way to the next one takes. */
export const roadSensor = defineDeviceType({
  model: 'road-sensor',
  vendor: 'Twinward',
  description: 'Traffic sensor of a road',
  kind: 'sensor',
  features: {
    traffic: {
      properties: { traffic_speed: reading('km/h'), lane_occupancy: reading('%'), travel_time: reading('s') },
    },
  },
});
