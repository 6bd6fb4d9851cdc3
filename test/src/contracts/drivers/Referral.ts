import { layer, Referral } from "@effect-scalingo/core/Referral"
import { driver } from "../driver.js"

export default driver("Referral", Referral, layer, {
  stats: (referral) => referral.stats
})
