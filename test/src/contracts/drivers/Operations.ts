import { layer, Operations } from "@effect-scalingo/core/Operations"
import { driver } from "../driver.js"

export default driver("Operations", Operations, layer, {
  find: (operations) => operations.get({ app: "app", operationId: "operationId" })
})
