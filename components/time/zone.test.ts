import { expect, test } from 'vitest'
import { fieldTime, fromFieldTime, offsetMinutes, readZone, utc, zoneText } from './zone.ts'

test('a zone that no clock knows, and none at all, is UTC', () => {
  expect(readZone(undefined)).toEqual(utc)
  expect(readZone('utc')).toEqual(utc)
  expect(readZone('Mars/Olympus')).toEqual(utc)
  expect(readZone('<script>')).toEqual(utc)
})

test('a zone is read as it was written, also where it is UTC itself', () => {
  for (const name of ['Europe/Zurich', 'America/New_York', 'UTC']) {
    const zone = { name, isLocal: true }
    expect(readZone(zoneText(zone))).toEqual(zone)
  }
  expect(readZone(zoneText(utc))).toEqual(utc)
})

test.each([
  ['2026-11-23T15:02', 'Europe/Zurich', '2026-11-23T14:02'],
  ['2026-07-01T15:02', 'Europe/Zurich', '2026-07-01T13:02'],
  ['2026-11-23T15:02', 'UTC', '2026-11-23T15:02'],
  ['2026-11-23T15:02', 'Asia/Kolkata', '2026-11-23T09:32'],
  // The clocks go back at three: half past two comes twice, and the first counts.
  ['2026-10-25T02:30', 'Europe/Zurich', '2026-10-25T00:30'],
  ['2026-10-25T03:10', 'Europe/Zurich', '2026-10-25T02:10'],
  ['2026-03-29T12:00', 'Europe/Zurich', '2026-03-29T10:00'],
])('%s in %s is %s UTC, and back', (wall, zone, inUtc) => {
  const at = fromFieldTime(wall, zone)
  expect(at?.toISOString().slice(0, 16)).toBe(inUtc)
  expect(at && fieldTime(at, zone)).toBe(wall)
})

test('half a date is no time', () => {
  expect(fromFieldTime('', 'UTC')).toBeNull()
  expect(fromFieldTime('tomorrow', 'Europe/Zurich')).toBeNull()
})

test('milliseconds do not move the zone', () => {
  expect(offsetMinutes(new Date('2026-11-23T14:02:10.999Z'), 'Europe/Zurich')).toBe(60)
})
