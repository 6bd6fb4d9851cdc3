import { ContainerSizes, layer } from "@effect-scalingo/core/ContainerSizes"
import { driver } from "../driver.js"

export default driver("ContainerSizes", ContainerSizes, layer, {
  list: (sizes) => sizes.list({ appId: "51e938266edff4fac9100005" })
})
