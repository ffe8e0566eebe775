import { deviceType } from '../../../twin/devices/index.ts';
import type { DeviceNode, HomeNode } from '../../../twin/graph/TwinGraph.ts';

/** What of a device rules are filed by, read when some are; as the facts say it, so null for what there is not. */
export class DeviceAspects {
  readonly #home: HomeNode;
  readonly #node: DeviceNode;

  constructor(home: HomeNode, node: DeviceNode) {
    this.#home = home;
    this.#node = node;
  }

  get name(): string {
    return this.#node.name;
  }

  get model(): string {
    return this.#node.device.model;
  }

  get room(): string | null {
    return this.#home.rooms.get(this.#node.device.room ?? '')?.name ?? null;
  }

  get kind(): string | null {
    return deviceType(this.model)?.kind ?? null;
  }
}
