/**
 * A fresh process that imports one file and tells the CPU time of that.
 */
const before = process.cpuUsage()
await import(process.argv[2])
const { system, user } = process.cpuUsage(before)
process.send({ cpu: system + user }, () => process.disconnect())
