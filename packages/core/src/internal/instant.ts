/**
 * Instants from ISO 8601 text, at a fraction of what `Date.parse` and `DateTime.unsafeMake` cost.
 */
import * as DateTime from "effect/DateTime"

const zero = 48
const dash = 45
const colon = 58

/** The number of two digits, or a number out of any range. */
const twoDigits = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - zero
  const ones = text.charCodeAt(at + 1) - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000
}

const isDigit = (code: number): boolean => code >= zero && code <= zero + 9

/** Days from 1970-01-01, for the years 1000 to 9999. The year begins in March, so that February is its last month. */
const daysOf = (year: number, month: number, day: number): number => {
  const years = month > 2 ? year : year - 1
  const months = month > 2 ? month - 3 : month + 9
  const leapDays = (years >> 2) - Math.floor(years / 100) + Math.floor(years / 400)
  return years * 365 + leapDays + Math.floor((153 * months + 2) / 5) + day - 719_469
}

/** The milliseconds of an offset, `NaN` when there is none that ends the text. */
const offsetMillis = (text: string, at: number): number => {
  const sign = text[at]
  if (sign === "Z") return text.length === at + 1 ? 0 : NaN
  if ((sign !== "+" && sign !== "-") || text.length !== at + 6 || text.charCodeAt(at + 3) !== colon) return NaN
  const hours = twoDigits(text, at + 1)
  const minutes = twoDigits(text, at + 4)
  return hours > 23 || minutes > 59 ? NaN : (hours * 60 + minutes) * (sign === "-" ? -60_000 : 60_000)
}

/** The last day of a month, without leap days. From August on, the even months are the long ones. */
const lastDay = (month: number): number => month === 2 ? 28 : 30 + ((month + (month >> 3)) & 1)

/**
 * The milliseconds of `YYYY-MM-DDTHH:mm:ss`, a fraction of up to nine digits, and `Z` or `±HH:mm`. `NaN` for everything
 * else, although some of it may be a date: February 29, midnight as the hour 24, a year
 * before 1000.
 */
export const isoMillis = (text: string): number => {
  if (
    text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash || text[10] !== "T" ||
    text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon
  ) {
    return NaN
  }
  const century = twoDigits(text, 0)
  const yearOfCentury = twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  if (
    century < 10 || century > 99 || yearOfCentury > 99 || month < 1 || month > 12 || day < 1 ||
    day > lastDay(month) || hour > 23 || minute > 59 || second > 59
  ) {
    return NaN
  }
  let at = 19
  let millis = 0
  if (text[at] === ".") {
    let unit = 100
    for (let code = text.charCodeAt(++at); isDigit(code); code = text.charCodeAt(++at)) {
      // Only the first three digits count.
      if (at <= 22) millis += (code - zero) * unit
      unit /= 10
    }
    if (at === 20 || at > 29) return NaN
  }
  const days = daysOf(century * 100 + yearOfCentury, month, day)
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millis - offsetMillis(text, at)
}

const sample = DateTime.unsafeMake(0)

/** An instant as `DateTime.unsafeMake` makes it, without the cost of its definition of a hidden property. */
function Instant(this: { epochMillis: number }, millis: number): void {
  this.epochMillis = millis
}
Instant.prototype = Object.getPrototypeOf(sample)

// A later version of Effect may need more fields.
const isKnownForm = Reflect.ownKeys(sample).join() === "epochMillis,partsUtc"

export const unsafeMakeUtc: (millis: number) => DateTime.Utc = isKnownForm
  ? (millis) => new (Instant as unknown as new(millis: number) => DateTime.Utc)(millis)
  : DateTime.unsafeMake
