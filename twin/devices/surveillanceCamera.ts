import { defineDeviceType } from './DeviceType.ts';

/** A camera by what it says of its picture, and not by the picture: motion, and what is wrong with it (RA-6.5.2-h). */
export const surveillanceCamera = defineDeviceType({
  model: 'surveillance-camera',
  vendor: 'Twinward',
  description: 'Surveillance camera: motion and health of its picture',
  kind: 'sensor',
  features: {
    occupancy: { type: 'binary', valueOn: true, valueOff: false },
    diagnostics: {
      properties: {
        video_signal: { type: 'enum', values: ['good', 'disturbed', 'lost'] },
        occluded: { type: 'binary', valueOn: true, valueOff: false },
        rotated: { type: 'binary', valueOn: true, valueOff: false },
        tamper: { type: 'binary', valueOn: true, valueOff: false },
      },
    },
  },
});
