// title:   애로사항에서 일자리까지 연계 경로 | Referral paths from a need to work
// asks:    이런 애로사항이 있는 사람을 어떤 프로그램과 기관을 거쳐 어떤 일까지 연계할 수 있는가 | Through which programs and partners can a person with these needs be referred to work?
// param:   need list<text> of Need = []  이 애로사항에서 시작합니다. 비우면 모든 애로사항 | where the paths start; empty means any need
// param:   target list<text> of Industry, Occupation, Company, Credential = []  이 산업·직업·기업·자격에 이릅니다. 비우면 모든 산업과 직업 | where the paths end; empty means any industry or occupation
// param:   region text of Region = ""  이 지역에 사는 사람. 비우면 거리를 따지지 않습니다 | the person's region; empty means distance does not matter
// param:   age_band text in age_band = ""  이 나이대의 사람. 비우면 나이를 따지지 않습니다 | the person's age band; empty means age does not matter
// param:   prior_occupation text of Occupation = ""  전에 하던 일. 그 일을 뽑는 기업으로도 경로를 찾습니다 | what the person did before; companies that hire for it are tried too
// param:   k integer 1..50 = 5  찾을 경로 수 | how many paths
// param:   max_steps integer 1..10 = 6  한 경로의 최대 단계 수 | the most steps of a path
// param:   max_distance integer 0..12 = 3  갈 수 있는 거리(지역 단계 수). 구에서 시·도까지가 한 단계 | the farthest distance in levels of regions; from a district to its province is one
// param:   max_age_days integer 0..3650 = 90  자리 수를 믿을 수 있는 날수. 더 오래된 자리 수는 모르는 것으로 봅니다 | how many days a count of seats holds; an older one is unknown
// param:   seats choice(any, known) = any  자리를 모르는 프로그램도 함께(any), 자리를 확인해 준 프로그램만(known) | programs of unknown seats too (any), or only those that told of seats (known)
// param:   weight_steps integer 0..100 = 0  단계 수의 가중치. 가중치가 모두 0이면 어느 면에서도 뒤지지 않는 경로부터 | weight of steps; with all weights 0, paths come first that no other beats on every side
// param:   weight_handovers integer 0..100 = 0  넘겨주는 횟수의 가중치 | weight of hand-overs
// param:   weight_distance integer 0..100 = 0  거리의 가중치 | weight of distance
// param:   weight_waiting integer 0..100 = 0  기다리는 주 수의 가중치 | weight of weeks of waiting
// param:   weight_seats integer 0..100 = 0  자리를 모르는 것의 가중치 | weight of unknown seats
// param:   weight_evidence integer 0..100 = 0  사례에서 본 적이 적은 것의 가중치 | weight of being seen in few cases
// returns: part text in referral_part "구분" "part"
// returns: path integer "경로" "path"
// returns: step integer "순서" "step"
// returns: from_id text of Need, Program, Center, Institution, Network, Industry, Occupation, Credential, Company "출발 식별자" "from id"
// returns: from_name text "출발" "from"
// returns: relationship text "관계" "relationship"
// returns: to_id text of Need, Program, Center, Institution, Network, Industry, Occupation, Credential, Company "도착 식별자" "to id"
// returns: to_name text "도착" "to"
// returns: label text in referral_step "무엇인가" "what it is"
// returns: instead_ids list<text> of Need, Program, Center, Institution, Network, Industry, Occupation, Credential, Company "대신 갈 길 식별자" "instead, ids"
// returns: instead list<text> "대신 갈 길" "instead"
// returns: reason text in step_reason "막힌 까닭" "reason it is closed"
// returns: seats_state text in service_state "자리" "seats"
// returns: seats_left integer "남은 자리" "seats left"
// returns: date text "날짜(자리 확인일이나 시작일)" "date (of the seats, or valid from)"
// returns: cases cases "이 단계를 거친 사례" "cases that took it"
// returns: hired cases within cases "그중 취업" "of them hired"
// returns: handovers integer "넘겨주기" "hand-overs"
// returns: distance integer "거리" "distance"
// returns: waiting integer "대기(주)" "waiting (weeks)"
// returns: seats_unknown integer "자리 모름" "seats unknown"
// returns: evidence_cost integer "사례가 적음(0~2)" "few cases (0 to 2)"
// returns: undominated boolean "어느 면에서도 뒤지지 않음" "beaten by no other path"
// returns: relationship_id text "관계 식별자" "relationship id"
// returns: sources set<source> "출처" "sources"
// key:     part, path, step
// tables:  part
// evidence: observed
// says:    연계 경로를 찾았습니다. | Found referral paths.
// none:    조건에 맞는 연계 경로가 없습니다. | There is no referral path for this.
// note:    경로는 출처에 적힌 관계만 따라갑니다. 적히지 않은 프로그램과 협력이 더 있을 수 있습니다. | Paths follow only relationships that a source tells; there may be other programs and partnerships.
// note:    거친 사례가 많다고 효과가 있다는 뜻은 아닙니다. 사례의 결과는 보여 드리기만 하고 경로의 순서에는 쓰지 않았습니다. | That many cases took a step does not mean it works; how cases ended is shown, and not used to rank paths.
// note:    자리 수가 없거나 오래된 프로그램은 자리를 모르는 것으로 보았습니다. 연계하기 전에 확인해 주세요. | Seats that are not told or were counted too long ago are unknown; please ask before referring anybody.

// part: regions by region_id
MATCH (region:Region)
RETURN region.id AS region_id, region.name AS region_name, region.parent_id AS parent_id, region.code AS code
ORDER BY region_id
LIMIT 2000000

// part: needs by node_id
MATCH (node:Need)
RETURN node.id AS node_id, node.name AS node_name, node.parent_id AS parent_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: industries by node_id
MATCH (node:Industry)
RETURN node.id AS node_id, node.name AS node_name, node.parent_id AS parent_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: occupations by node_id
MATCH (node:Occupation)
RETURN node.id AS node_id, node.name AS node_name, node.parent_id AS parent_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: credentials by node_id
MATCH (node:Credential)
RETURN node.id AS node_id, node.name AS node_name, node.parent_id AS parent_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: networks by node_id
MATCH (node:Network)
RETURN node.id AS node_id, node.name AS node_name, node.year AS year_told, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: centers by node_id
MATCH (node:Center)
RETURN node.id AS node_id, node.name AS node_name, node.region_id AS region_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: institutions by node_id
MATCH (node:Institution)
RETURN node.id AS node_id, node.name AS node_name, node.region_id AS region_id, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: programs by node_id
MATCH (node:Program)
WHERE ($as_of = '' OR (coalesce(node.valid_from, $as_of) <= $as_of AND coalesce(node.valid_to, $as_of) >= $as_of))
RETURN node.id AS node_id, node.name AS node_name, node.region_id AS region_id, node.provider_id AS provider_id, node.min_age AS min_age,
       node.max_age AS max_age, node.seats_available AS seats_available, node.waiting_weeks AS waiting_weeks,
       node.seats_updated_on AS seats_updated_on, node.status AS status,
       node.valid_from AS valid_from, node.valid_to AS valid_to, node.dataset_id + '#' + node.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: addresses by start_id, end_id
MATCH (start_node:Program)-[link:ADDRESSES]->(end_node:Need)
WHERE ($as_of = '' OR (coalesce(start_node.valid_from, $as_of) <= $as_of AND coalesce(start_node.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, '' AS link_id, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id
LIMIT 2000000

// part: trains_for by start_id, end_id
MATCH (start_node:Program)-[link:TRAINS_FOR]->(end_node:Industry|Occupation)
WHERE ($as_of = '' OR (coalesce(start_node.valid_from, $as_of) <= $as_of AND coalesce(start_node.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, '' AS link_id, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id
LIMIT 2000000

// part: awards by start_id, end_id
MATCH (start_node:Program)-[link:AWARDS]->(end_node:Credential)
WHERE ($as_of = '' OR (coalesce(start_node.valid_from, $as_of) <= $as_of AND coalesce(start_node.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, '' AS link_id, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id
LIMIT 2000000

// part: offers by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:OFFERS]->(end_node:Program)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(end_node.valid_from, $as_of) <= $as_of AND coalesce(end_node.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.valid_from AS valid_from, link.valid_to AS valid_to, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: partners_with by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:PARTNERS_WITH]->(end_node:Center|Institution)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.valid_from AS valid_from, link.valid_to AS valid_to, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: leads by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:LEADS]->(end_node:Network)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.valid_from AS valid_from, link.valid_to AS valid_to, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: member_of by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:MEMBER_OF]->(end_node:Network)
WHERE ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.valid_from AS valid_from, link.valid_to AS valid_to, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: demands by start_id, end_id, link_id
MATCH (start_node:Network)-[link:DEMANDS]->(end_node:Industry)
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.year AS year_told, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: hires_for by start_id, end_id, link_id
MATCH (start_node:Company)-[link:HIRES_FOR]->(end_node:Occupation)
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.year AS year_told, link.openings AS openings, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 2000000

// part: hiring by node_id
MATCH (company:Company)-[:HIRES_FOR]->(:Occupation)
RETURN DISTINCT company.id AS node_id, company.name AS node_name, company.region_id AS region_id, company.industry_id AS industry_id, company.dataset_id + '#' + company.locator AS source
ORDER BY node_id
LIMIT 2000000

// part: companies by node_id
MATCH (company:Company)
WHERE company.id IN $companies
RETURN company.id AS node_id, company.name AS node_name, company.region_id AS region_id, company.industry_id AS industry_id, company.dataset_id + '#' + company.locator AS source
ORDER BY node_id
LIMIT 2000000
