import { defineDeviceType, reading } from './DeviceType.ts';

/** What stands outdoors and tells of the weather. */
export const weatherStation = defineDeviceType({
  model: 'weather-station',
  vendor: 'Twinward',
  description: 'Weather station',
  kind: 'sensor',
  features: {
    weather: {
      properties: {
        outdoor_temperature: reading('°C'),
        outdoor_humidity: reading('%'),
        pressure: reading('hPa'),
        wind_speed: reading('m/s'),
      },
    },
  },
});
