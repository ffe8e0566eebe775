/** The minutes since midnight of a time such as `07:30`, which the schema of rules has looked at. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}
