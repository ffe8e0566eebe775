import { describe, expect, it } from 'vitest';
import { deviceModels, deviceType } from './index.ts';
import { sirenSettings } from './sirenSignals.ts';

const sirens = deviceModels().flatMap((model) => {
  const type = deviceType(model);
  return type?.kind === 'siren' ? [type] : [];
});

describe('what makes a siren give a signal', () => {
  it('is known for every siren of the catalogue but two', () => {
    const mute = sirens.filter((type) => sirenSettings(type, 'alarm').length === 0);
    // One has properties of its own for it; the other takes no command.
    expect(mute.map(({ model }) => model)).toEqual(['8720169277243', 'FFZB1-SM-ECO']);
  });

  it('is never the same for a fault as for an alarm', () => {
    for (const type of sirens) {
      const alarm = sirenSettings(type, 'alarm').map((setting) => JSON.stringify(setting));
      for (const setting of sirenSettings(type, 'fault')) expect(alarm).not.toContain(JSON.stringify(setting));
    }
  });

  it('names only parts that the model has', () => {
    expect(sirenSettings(deviceType('HS2WD-E')!, 'fault')).toEqual([
      { property: 'warning', value: { mode: 'emergency', strobe: true, strobe_duty_cycle: 1, duration: 2 } },
    ]);
  });

  it('says only what the model knows', () => {
    for (const type of sirens) {
      for (const { property, value } of (['alarm', 'fault', 'silence'] as const).flatMap((signal) => [
        ...sirenSettings(type, signal),
      ])) {
        const known = type.byProperty.get(property)!.type;
        if (known.type === 'enum') expect(known.values).toContain(value);
        if (known.type === 'binary') expect([known.valueOn, known.valueOff]).toContain(value);
        if (known.type === 'composite')
          expect(known.parts!.find(({ name }) => name === 'mode')!.values).toContain((value as { mode: string }).mode);
      }
    }
  });
});
