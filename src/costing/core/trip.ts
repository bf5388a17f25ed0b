// An estimate of a service trip, there and back, from where the station and the site are. Only for estimates: what a
// trip really took is captured on the job.

export interface Place {
  lat: number | null;
  lon: number | null;
}

const EARTH_RADIUS_KM = 6371;
/** Roads are longer than the great circle. */
const DETOUR = 1.3;
const MEAN_SPEED_KM_PER_H = 50;
/** Assumed when a place is not on the map: a trip within a city region. */
const UNKNOWN_TRIP_KM = 60;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Kilometres there and back (haversine distance x detour). */
export function tripKm(station: Place, site: Place): number {
  if (station.lat === null || station.lon === null || site.lat === null || site.lon === null) return UNKNOWN_TRIP_KM;
  const halfLat = Math.sin(radians(site.lat - station.lat) / 2);
  const halfLon = Math.sin(radians(site.lon - station.lon) / 2);
  const chord = halfLat ** 2 + Math.cos(radians(station.lat)) * Math.cos(radians(site.lat)) * halfLon ** 2;
  return 2 * DETOUR * 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

export const tripMinutes = (km: number): number => Math.round((km / MEAN_SPEED_KM_PER_H) * 60);
