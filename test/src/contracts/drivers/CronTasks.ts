import { CronTasks, layer } from "@effect-scalingo/core/CronTasks"
import { driver } from "../driver.js"

export default driver("CronTasks", CronTasks, layer, {
  find: (tasks) => tasks.get("app")
})
