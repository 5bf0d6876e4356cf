// title:   애로사항별 서비스의 공백 | Needs that services do not meet
// asks:    어느 지역의 어떤 애로사항에 닿을 수 있는 프로그램이 없거나 모자라고, 왜 그런가 | Which needs do programs within reach not meet, and why?
// param:   needs list<text> of Need = []  이 애로사항만 봅니다. 비우면 전부 | only these needs; empty means all
// param:   regions list<text> of Region = []  이 지역(아래 지역 포함)만 봅니다. 비우면 전부 | only these regions and those below them; empty means all
// param:   age_bands list<text> in age_band = []  이 나이대의 사례만 봅니다. 비우면 전부 | only cases in these age bands; empty means all
// param:   states list<text> in service_state = []  프로그램이 이 상태인 칸만 봅니다. 비우면 전부 | only where programs are in these states; empty means all
// param:   reach choice(province, region) = province  닿는 거리: 같은 시·도(province), 같은 지역과 그 위아래 지역(region) | what is within reach: the same province, or the region with those above and below it
// param:   max_age_days integer 0..3650 = 90  자리 수를 믿을 수 있는 날수. 더 오래된 자리 수는 모르는 것으로 봅니다 | how many days a count of seats holds; an older one is unknown
// param:   top integer 1..20000 = 300  최대 행 수 | the most rows
// returns: region_id text of Region "지역 식별자" "region id"
// returns: region_name text "지역" "region"
// returns: need_id text of Need "애로사항 식별자" "need id"
// returns: need_name text "애로사항" "need"
// returns: state text in service_state "프로그램 상태" "programs"
// returns: cases cases "사례 수" "cases"
// returns: served cases within cases "지원받은 사례" "cases served"
// returns: none_exists cases within cases "서비스가 없었던 사례" "none existed"
// returns: not_eligible cases within cases "자격이 안 된 사례" "not eligible"
// returns: no_seats cases within cases "자리가 없던 사례" "no seats"
// returns: too_far cases within cases "너무 멀었던 사례" "too far"
// returns: no_answer cases within cases "회신이 없던 사례" "no answer"
// returns: reason_unknown cases within cases "이유를 모르는 사례" "reason unknown"
// returns: untold cases within cases "지원이 적히지 않은 사례" "nothing told"
// returns: programs integer "닿는 프로그램" "programs within reach"
// returns: programs_with_seats integer "자리가 있는 프로그램" "with seats"
// returns: programs_full integer "자리가 없는 프로그램" "full"
// returns: programs_unknown integer "자리를 모르는 프로그램" "seats unknown"
// returns: programs_ineligible integer "나이가 맞지 않는 프로그램" "not eligible by age"
// returns: programs_too_far integer "다른 지역의 프로그램" "elsewhere"
// returns: program_ids set<text> of Program "닿는 프로그램 식별자" "which programs (ids)"
// returns: sources set<source> "출처" "sources"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     region_id, need_id
// draws:   program_ids -[ADDRESSES]-> need_id
// evidence: observed
// says:    지역과 애로사항 {words.all}칸을 살폈습니다. {words.none}칸은 해소하는 프로그램이 어디에도 적혀 있지 않고, {words.too_far}칸은 다른 지역에만 있으며, {words.unknown}칸은 자리가 있는지 알 수 없습니다. 자리 수는 {words.day:을/를} 기준으로 보았습니다. | Looked at {words.all:region and need/pairs of region and need}: for {words.none} no program is told, for {words.too_far} only elsewhere, and for {words.unknown} the seats are unknown. Seats as on {words.day}.
// none:    조건에 맞는 사례가 적혀 있지 않아 애로사항의 공백을 알 수 없습니다. | No case is told for this, so gaps in meeting needs cannot be seen.
// note:    적힌 프로그램이 없다는 것은 '없다'가 아니라 '모른다'입니다. 자리 수가 없거나 오래된 프로그램도 자리를 모르는 것으로 셌습니다. | No program told means unknown, not absent; seats that are not told or were counted too long ago are unknown too.
// note:    한 사례가 여러 애로사항과 여러 이유에 들어갈 수 있어 칸을 더해도 전체와 맞지 않습니다. | A case may have several needs and several reasons, so cells do not add up.
// note:    지원받은 사례는 그 애로사항을 다룬 단계가 있거나 이용한 프로그램이 그 애로사항을 해소하는 사례입니다. 본인이 거절했거나 제공하지 못한 단계는 지원으로 보지 않습니다. | A case counts as served when a step names the need or a program it used addresses it; declined steps and those not served do not count.
// note:    지역이 적히지 않은 프로그램은 어디서나 닿는 것으로, 나이가 맞지 않는 프로그램은 사례의 나이대가 모두 나이 조건 밖인 프로그램으로 셌습니다. | A program without a region counts as within reach everywhere; one is not eligible by age when all age bands of the cases lie outside its limits.

// part: regions by region_id
MATCH (region:Region)
RETURN region.id AS region_id, region.name AS region_name, region.parent_id AS parent_id, region.code AS code
ORDER BY region_id
LIMIT 100000

// part: needs by region_id, need_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[:HAS_NEED]->(need:Need)
WHERE (size($needs) = 0 OR need.id IN $needs) AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
OPTIONAL MATCH (case_file)-[step:SUPPORTED_BY|USED]->(given:Center|Institution|Program)
WHERE step.need_id = need.id AND NOT coalesce(step.result, '') IN ['declined', 'not_served']
WITH center, case_file, need, count(step.step_order) AS by_name
OPTIONAL MATCH (case_file)-[use:USED]->(program:Program)-[:ADDRESSES]->(met:Need)
WHERE met.id = need.id AND NOT coalesce(use.result, '') IN ['declined', 'not_served']
WITH center, case_file, need, by_name, count(use.step_order) AS by_program
OPTIONAL MATCH (case_file)-[refusal:NOT_SERVED]->(barrier:Need)
WHERE barrier.id = need.id
WITH center, case_file, need, by_name + by_program AS support, count(refusal.step_order) AS refused,
     sum(CASE WHEN refusal.reason = 'none_exists' THEN 1 ELSE 0 END) AS none_exists,
     sum(CASE WHEN refusal.reason = 'not_eligible' THEN 1 ELSE 0 END) AS not_eligible,
     sum(CASE WHEN refusal.reason = 'no_seats' THEN 1 ELSE 0 END) AS no_seats,
     sum(CASE WHEN refusal.reason = 'too_far' THEN 1 ELSE 0 END) AS too_far,
     sum(CASE WHEN refusal.reason = 'no_answer' THEN 1 ELSE 0 END) AS no_answer,
     sum(CASE WHEN refusal.step_order IS NOT NULL AND refusal.reason IS NULL THEN 1 ELSE 0 END) AS untold_reason
RETURN coalesce(center.region_id, '') AS region_id, need.id AS need_id, need.name AS need_name, count(DISTINCT case_file.id) AS cases,
       sum(CASE WHEN support > 0 THEN 1 ELSE 0 END) AS served,
       sum(CASE WHEN none_exists > 0 THEN 1 ELSE 0 END) AS cases_none_exists,
       sum(CASE WHEN not_eligible > 0 THEN 1 ELSE 0 END) AS cases_not_eligible,
       sum(CASE WHEN no_seats > 0 THEN 1 ELSE 0 END) AS cases_no_seats,
       sum(CASE WHEN too_far > 0 THEN 1 ELSE 0 END) AS cases_too_far,
       sum(CASE WHEN no_answer > 0 THEN 1 ELSE 0 END) AS cases_no_answer,
       sum(CASE WHEN untold_reason > 0 THEN 1 ELSE 0 END) AS cases_reason_unknown,
       sum(CASE WHEN support = 0 AND refused = 0 THEN 1 ELSE 0 END) AS cases_untold,
       sum(CASE WHEN support = 0 AND refused > 0 THEN 1 ELSE 0 END) AS cases_only_refused,
       collect(DISTINCT CASE WHEN $published THEN case_file.dataset_id + '#' + case_file.locator ELSE null END) AS case_sources
ORDER BY region_id, need_id
LIMIT 1000000

// part: need_names by need_id
MATCH (need:Need)
RETURN need.id AS need_id, need.name AS need_name
ORDER BY need_id
LIMIT 100000

// part: addresses by program_id, need_id
// Whatever a case used counts, whether or not it is still offered: no day is asked for here.
MATCH (used)-[addressing:ADDRESSES]->(need:Need)
RETURN used.id AS program_id, need.id AS need_id, addressing.dataset_id + '#' + addressing.locator AS source
ORDER BY program_id, need_id
LIMIT 1000000

// part: case_sources by region_id, need_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[:HAS_NEED]->(need:Need)
WHERE $published
  AND (size($needs) = 0 OR need.id IN $needs) AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
RETURN coalesce(center.region_id, '') AS region_id, need.id AS need_id, collect(DISTINCT case_file.dataset_id + '#' + case_file.locator) AS case_sources
ORDER BY region_id, need_id
LIMIT 1000000

// part: ages by region_id, need_id, age_band
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[:HAS_NEED]->(need:Need)
WHERE (size($needs) = 0 OR need.id IN $needs) AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
RETURN coalesce(center.region_id, '') AS region_id, need.id AS need_id, coalesce(case_file.age_band, '') AS age_band, count(DISTINCT case_file.id) AS cases
ORDER BY region_id, need_id, age_band
LIMIT 1000000

// part: programs by program_id, need_id
MATCH (program:Program)-[addressing:ADDRESSES]->(need:Need)
WHERE (size($needs) = 0 OR need.id IN $needs)
  AND ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
RETURN program.id AS program_id, need.id AS need_id, program.region_id AS region_id, program.min_age AS min_age, program.max_age AS max_age,
       program.seats_available AS seats_available, program.seats_updated_on AS seats_updated_on, program.status AS status,
       program.valid_from AS valid_from, program.valid_to AS valid_to, addressing.dataset_id + '#' + addressing.locator AS source
ORDER BY program_id, need_id
LIMIT 1000000

// part: seats_day
MATCH (program:Program)
WHERE ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
RETURN max(program.seats_updated_on) AS newest

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[:HAS_NEED]->(need:Need)
WHERE (size($needs) = 0 OR need.id IN $needs) AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
  AND coalesce(center.region_id, '') IN $chosen
RETURN count(DISTINCT case_file.id) AS n
