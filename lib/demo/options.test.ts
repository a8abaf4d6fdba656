import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('without arguments it is the demo of the documentation', () => {
  expect(readOptions([], undefined)).toEqual({
    panelUrl: 'http://127.0.0.1:3000',
    edgeUrl: 'http://127.0.0.1:4318',
    agent: 'support-agent',
    rate: 15,
    instances: 3,
    seed: null,
    controlPort: 4700,
    token: null,
    isQuick: false,
    startsRollout: true,
    isLaunched: false,
  })
})

test('a token of the command line is used rather than that of the environment', () => {
  expect(readOptions([], 'swb_env').token).toBe('swb_env')
  expect(readOptions(['--token', 'swb_line'], 'swb_env').token).toBe('swb_line')
})

test('says what was given and what was expected', () => {
  const said =
    (...args: string[]) =>
    () =>
      readOptions(args, undefined)
  expect(said('--rate', '0')).toThrow('--rate: 0 was given; expected a number from 0.1 to 200')
  expect(said('--rate', ' ')).toThrow('--rate')
  expect(said('--instances', '1.5')).toThrow(
    '--instances: 1.5 was given; expected a whole number from 1 to 200',
  )
  expect(said('--panel', 'localhost:3000')).toThrow('--panel: localhost:3000 was given; expected an address')
  expect(said('--rollout')).toThrow('--rollout')
})

test('reads every option', () => {
  const args = '--panel http://p:1/ --edge http://e:2 --agent a --rate 0.5 --instances 9 --seed 4 --port 0'
  expect(readOptions([...args.split(' '), '--quick', '--no-rollout', '--launched'], undefined)).toEqual({
    panelUrl: 'http://p:1',
    edgeUrl: 'http://e:2',
    agent: 'a',
    rate: 0.5,
    instances: 9,
    seed: 4,
    controlPort: 0,
    token: null,
    isQuick: true,
    startsRollout: false,
    isLaunched: true,
  })
})
