// For mongosh, as the health check of docker-compose.yml's MongoDB: ends with 0 when there is a primary with the user as
// whom Parley signs in. Makes the replica set and that user where they are missing, and can be run at any time.
const env = process.env
const admin = db.getSiblingDB('admin')
admin.auth(env.MONGO_INITDB_ROOT_USERNAME, env.MONGO_INITDB_ROOT_PASSWORD)

try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] })
}

if (!db.hello().isWritablePrimary) throw new Error('there is no primary yet: its election takes some seconds')

const app = db.getSiblingDB('chat_app')
if (app.getUser('parley') === null) {
  app.createUser({
    user: 'parley',
    pwd: env.MONGO_PASSWORD,
    roles: [{ role: 'readWrite', db: 'chat_app' }],
  })
}
