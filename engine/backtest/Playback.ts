import type { Alarm, Change } from '../../twin/changes.ts';
import { forkGraph } from '../../twin/graph/forkGraph.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { alarmLifecycle } from '../../twin/lifecycles/alarm.ts';
import { step } from '../../twin/lifecycles/step.ts';
import type { TwinStore } from '../../twin/TwinStore.ts';
import type { Bundle } from '../Bundles.ts';
import { factSettings } from '../facts/factSettings.ts';
import { HouseholdRules } from '../household/HouseholdRules.ts';
import { NO_RULES, type RuleSet } from '../household/RuleSet.ts';
import { noteContacts } from '../noteContacts.ts';
import { type Reaction, type ReactPorts, react, reactLater } from '../react.ts';
import { applyReading } from '../rules/applyReading.ts';
import type { EffectRecord } from '../rules/Effect.ts';
import { homeEvents, LONGEST_CHAIN } from '../rules/homeEvents.ts';
import type { LoadedRule } from '../rules/Rule.ts';
import type { RuleBook } from '../rules/RuleBook.ts';
import { aboutOf, type RuleEvent } from '../rules/RuleEvent.ts';
import { RulesInForce } from '../rules/RulesInForce.ts';
import { restoreTemporal } from '../rules/restoreTemporal.ts';
import type { TemporalState } from '../rules/TemporalState.ts';
import { dueUntil } from '../rules/time/dueUntil.ts';
import type { RuleTimers } from '../rules/time/RuleTimers.ts';
import { trialDecider } from '../rules/trialDecider.ts';
import { DueEffects } from '../runs/DueEffects.ts';
import { silences } from '../sweep.ts';
import type { RecordedEvent } from './recordedEvents.ts';

/** Policies and rules to play a period under. */
export type PlaybackSide = {
  readonly bundle: Pick<Bundle, 'at'>;
  readonly rules: readonly LoadedRule[];
} & Partial<RuleSet>;

/** An effect that came about, and when. */
export type PlayedEffect = { readonly at: number; readonly record: EffectRecord };

/**
 * A recorded period as it goes under some policies and rules, on a fork of the twin: what came from outside comes again,
 * and what rules made of it is made anew.
 */
export class Playback {
  readonly graph: TwinGraph;
  /** Effects by what they are, the same on every side. */
  readonly effects = new Map<string, PlayedEffect>();
  /** Recorded changes that found nothing to change. */
  withoutObject = 0;
  readonly #book: RuleBook;
  readonly #temporal: TemporalState;
  readonly #timers: RuleTimers;
  readonly #households: HouseholdRules;
  readonly #decideEffect;
  readonly #due = new DueEffects();
  #now = 0;

  private constructor(
    graph: TwinGraph,
    { bundle, rules, packs = NO_RULES.packs, grammar = NO_RULES.grammar }: PlaybackSide,
    from: number,
  ) {
    this.graph = forkGraph(graph);
    const inForce = new RulesInForce(rules, from);
    this.#timers = inForce.timers;
    this.#book = inForce.book;
    this.#temporal = inForce.temporal;
    const set = { rules, packs, grammar };
    this.#households = new HouseholdRules({ graph: this.graph, rules: inForce, set: () => set });
    this.#households.followAll();
    this.#decideEffect = trialDecider({ graph: this.graph, bundle, clock: { now: () => this.#now } });
  }

  /** A playback of a twin as it was at an instant, which remembers what rules remembered then. */
  static async start(
    graph: TwinGraph,
    side: PlaybackSide,
    { store, from }: { readonly store: Pick<TwinStore, 'readings'>; readonly from: number },
  ): Promise<Playback> {
    const playback = new Playback(graph, side, from);
    const past = { readings: (home: string, since: number) => store.readings(home, since, from) };
    await restoreTemporal(playback.#temporal, { graph: playback.graph, store: past, now: from });
    return playback;
  }

  async take(event: RecordedEvent): Promise<void> {
    await this.#passTo(event.at);
    if (event.kind === 'change') return this.#change(event.change, event.at);
    const { reading } = event;
    const { home, device } = reading;
    if (!this.graph.homes.get(home)?.devices.has(device)) {
      this.withoutObject += 1;
      return;
    }
    await this.#react(applyReading(this.graph, reading));
  }

  /** Notices what has been silent for too long, as a server does each minute. */
  async sweep(now: number): Promise<void> {
    await this.#passTo(now);
    noteContacts(this.graph, now, factSettings.lastSeenStaleAfter);
    const { index } = this.#book;
    for (const event of silences(this.graph, now, { index, temporal: this.#temporal })) {
      await this.#react(event);
    }
  }

  async #change(change: Change, at: number): Promise<void> {
    switch (change.kind) {
      // What rules made of what happened then, they make now.
      case 'alarm_raised':
        if (change.alarm.drill === undefined) return;
        break;
      case 'alarm_escalated':
        if (!this.graph.homes.get(change.home)?.alarms.has(change.alarm)) return;
        break;
      case 'command_issued':
        if (change.command.by.kind === 'rule') return;
        break;
      case 'mode_changed':
      case 'scene_run':
        if (change.by === null) return;
        break;
      case 'command_transitioned':
        // Nothing answers here, and what was commanded may have been something else.
        return;
      case 'device_transitioned':
        if (change.to === 'online' || change.to === 'offline') return this.#reach(change, at);
        break;
      case 'alarm_transitioned':
        if (!this.#moves(change)) {
          this.withoutObject += 1;
          return;
        }
        break;
      default:
        break;
    }
    this.#apply(change);
    for (const event of [...homeEvents([change], { graph: this.graph, now: at })]) await this.#react(event);
  }

  /** The network's own word is in the log as what it did to the device; what a message or a silence did comes by itself. */
  async #reach(change: Extract<Change, { kind: 'device_transitioned' }>, at: number): Promise<void> {
    const { home, device, to } = change;
    if (this.graph.device(home, device).state === to || (to === 'offline' && this.#isSilent(change, at))) return;
    await this.#react({ kind: to === 'online' ? 'device_online' : 'device_offline', home, device, at });
  }

  /** Whether a silence is what may have taken a device away: then rules that are woken by it say whether it did. */
  #isSilent({ home, device }: { readonly home: string; readonly device: string }, at: number): boolean {
    const heardAt = this.#temporal.heardAt(device);
    if (heardAt === null) return false;
    const { index } = this.#book;
    return index.silences.some((limit) => {
      const silence = { kind: 'device_silent', home, device, at, limit } as const;
      return at - heardAt >= limit && index.wokenBy(silence, this.graph).length > 0;
    });
  }

  #moves({ home, alarm, to }: Extract<Change, { kind: 'alarm_transitioned' }>): boolean {
    const state = this.graph.homes.get(home)?.alarms.get(alarm)?.state;
    if (state === undefined) return false;
    return alarmLifecycle.events.some((event) => {
      const next = step(alarmLifecycle, state, event);
      return next.kind === 'moved' && next.to === to;
    });
  }

  async #react(event: RuleEvent, depth = 0): Promise<void> {
    await this.#follow(await react(event, this.#ports), depth);
  }

  /** What rules wait for and is due by now, each at its instant. */
  async #passTo(now: number): Promise<void> {
    const waiting = { graph: this.graph, timers: this.#timers, temporal: this.#temporal };
    for (const event of dueUntil(waiting, now)) {
      await this.#performDue(aboutOf(event).at);
      await this.#react(event);
    }
    await this.#performDue(now);
  }

  /** What was put off and is due by now. */
  async #performDue(now: number): Promise<void> {
    for (let next = this.#due.next(now); next; next = this.#due.next(now)) {
      this.#now = next.dueAt;
      await this.#follow(await reactLater(next, this.#ports), 0);
    }
    this.#now = now;
  }

  get #ports(): ReactPorts {
    const clock = { now: () => this.#now, after: () => () => undefined };
    const ports = { graph: this.graph, book: this.#book, temporal: this.#temporal };
    return { ...ports, decideEffect: this.#decideEffect, clock };
  }

  async #follow(
    { changes, effects, pending }: Pick<Reaction, 'changes' | 'effects' | 'pending'>,
    depth: number,
  ): Promise<void> {
    this.#due.take(pending);
    for (const change of changes) this.#apply(change);
    for (const record of effects) this.effects.set(keyOf(record, this.#now), { at: this.#now, record });
    for (const next of [...homeEvents(changes, { graph: this.graph, now: this.#now })]) {
      if (depth < LONGEST_CHAIN) await this.#react(next, depth + 1);
    }
  }

  #apply(change: Change): void {
    this.graph.apply(change);
    this.#households.hear(change);
  }
}

/**
 * An alarm by what it is about and when, its commands by the alarm: on every side the same. Its id will not do: it rests on
 * signs of life that no log holds.
 */
function keyOf({ effect }: EffectRecord, now: number): string {
  switch (effect.kind) {
    case 'raise_alarm':
      return alarmKey(effect.alarm);
    case 'command': {
      const follows = effect.alarm ? alarmKey(effect.alarm) : ofRule(effect, now);
      return `${follows} ${effect.device} ${effect.property}`;
    }
    case 'notice':
      return `${ofRule(effect, now)} ${effect.to} ${effect.text}`;
    case 'set_mode':
      return `${ofRule(effect, now)} ${effect.mode}`;
    case 'run_scene':
      return `${ofRule(effect, now)} ${effect.scene}`;
    case 'share':
      return `${ofRule(effect, now)} ${effect.tier} ${JSON.stringify(effect.what)}`;
  }
}

/** An effect without an alarm, by the rule that wants it and when: the run will not do, it rests on the rule's text. */
function ofRule({ home, rule, kind }: EffectRecord['effect'], now: number): string {
  return JSON.stringify([home, rule, kind, now]);
}

/** What an alarm is about, and when it was raised. */
function alarmKey({ home, kind, device, raisedAt }: Alarm): string {
  return JSON.stringify([home, kind, device, raisedAt]);
}
