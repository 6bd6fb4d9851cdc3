import { lacksOf, methodsOf } from "./comments.js"
import { publicModules } from "./typescript.js"
export const main = async () => {
  for (const m of publicModules) for (const l of lacksOf(m)) console.log(l)
  console.log("-----")
  for (const m of publicModules) for (const x of methodsOf(m)) if (!/\b(GET|POST|PUT|PATCH|DELETE|HEAD)\b/.test(x.doc?.text ?? "")) console.log(m.name, x.name, x.doc===undefined?"NO DOC":"", )
  return 0
}
