/**
 * The statistics of the referral link of an account.
 */
import { json } from "../responses.js"
import { regional, type Route } from "../route.js"

export const referral: ReadonlyArray<Route> = [
  regional.get("/account/referrals/stats", (call) =>
    json({
      referral_stats: {
        // A number in the documentation's table, a string in its example.
        clicks: "0",
        signups: 0,
        amount_earned: 0,
        url: `https://sclng.io/r/${call.account.id.slice(3, 11)}`
      }
    }))
]
